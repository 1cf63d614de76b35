//go:build ignore

package main

import (
	"fmt"
	"sort"
	"sync"
	"time"
)

func merge(inputs ...<-chan string) <-chan string {
	merged := make(chan string)
	var forwarders sync.WaitGroup

	forwarders.Add(len(inputs))
	for _, input := range inputs {
		input := input
		go func() {
			defer forwarders.Done()
			for value := range input {
				merged <- value
			}
		}()
	}

	go func() {
		forwarders.Wait()
		close(merged)
	}()
	return merged
}

func station(name string, interval time.Duration) <-chan string {
	reports := make(chan string)

	go func() {
		for i := 1; i <= 3; i++ {
			time.Sleep(interval)
			reports <- fmt.Sprintf("%s %d", name, i)
		}
		close(reports)
	}()
	return reports
}

func main() {
	var reports []string
	for report := range merge(
		station("north", 3*time.Millisecond),
		station("south", 2*time.Millisecond),
		station("west", time.Millisecond),
	) {
		reports = append(reports, report)
	}

	sort.Strings(reports)
	for _, report := range reports {
		fmt.Println(report)
	}
}
