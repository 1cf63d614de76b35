//go:build ignore

package main

import (
	"fmt"
	"sort"
	"sync"
	"time"
)

type Result struct{ n, square int }

func main() {
	numbers := make(chan int)
	results := make(chan Result)

	worker := func() {
		for n := range numbers {
			time.Sleep(time.Duration(n%3) * time.Millisecond) // hard work
			results <- Result{n, n * n}
		}
	}

	var workers sync.WaitGroup
	workers.Add(3)
	for i := 0; i < 3; i++ {
		go func() {
			defer workers.Done()
			worker()
		}()
	}

	go func() {
		for n := 1; n <= 6; n++ {
			numbers <- n
		}
		close(numbers)
		workers.Wait()
		close(results)
	}()

	var all []Result
	for result := range results {
		all = append(all, result)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].n < all[j].n })
	for _, result := range all {
		fmt.Printf("%d squared is %d\n", result.n, result.square)
	}
}
