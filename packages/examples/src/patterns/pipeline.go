//go:build ignore

package main

import (
	"context"
	"fmt"
	"sync"
)

var stages sync.WaitGroup

func count(ctx context.Context) <-chan int {
	out := make(chan int)
	stages.Add(1)
	go func() {
		defer stages.Done()
		defer close(out)
		for n := 1; ; n++ {
			select {
			case out <- n:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func square(ctx context.Context, numbers <-chan int) <-chan int {
	out := make(chan int)
	stages.Add(1)
	go func() {
		defer stages.Done()
		defer close(out)
		for n := range numbers {
			select {
			case out <- n * n:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

func main() {
	ctx, enough := context.WithCancel(context.Background())

	for n := range square(ctx, count(ctx)) {
		fmt.Println(n)
		if n > 20 {
			break
		}
	}

	enough()
	stages.Wait()
	fmt.Println("all stages have ended: that is enough")
}
