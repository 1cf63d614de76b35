//go:build ignore

package main

import (
	"fmt"
	"time"
)

func scan(page int) string {
	d := 10 * time.Millisecond
	if page == 1 {
		d = 50 * time.Millisecond // the first takes longest
	}
	time.Sleep(d)
	return fmt.Sprint("page ", page)
}

func main() {
	workers := make(chan struct{}, 2)
	// A channel for each result keeps the order. Read ahead are four at most: those in here, the one that
	// is waited for below, and the one that has yet to find room.
	results := make(chan chan string, 2)
	go func() {
		defer close(results)
		for page := 1; page <= 6; page++ {
			page, result := page, make(chan string, 1)
			go func() {
				workers <- struct{}{}
				defer func() { <-workers }()
				result <- scan(page)
			}()
			results <- result
		}
	}()
	for result := range results {
		fmt.Println(<-result)
	}
}
