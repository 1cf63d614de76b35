//go:build ignore

package main

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

var unavailable = errors.New("503")

func fetchPage(name string, attempt int) (string, error) {
	fmt.Printf("%s, try %d\n", name, attempt)
	time.Sleep(time.Millisecond)
	switch {
	case name == "gone":
		return "", errors.New("404")
	case name == "busy" && attempt < 3, name == "down":
		return "", unavailable
	}
	return name + ": page", nil
}

func main() {
	worker := make(chan struct{}, 1)
	names := []string{"busy", "gone", "down", "good"}
	results := make([]string, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		i, name := i, name
		wg.Add(1)
		go func() {
			defer wg.Done()
			for attempt := 1; ; attempt++ {
				worker <- struct{}{}
				page, err := fetchPage(name, attempt)
				<-worker // it waits for its next try without holding the worker
				results[i] = page
				if err == nil {
					return
				}
				results[i] = "Error: " + err.Error()
				if !errors.Is(err, unavailable) || attempt > 3 {
					return
				}
				time.Sleep(100 * time.Millisecond << attempt)
			}
		}()
		time.Sleep(10 * time.Microsecond) // in this order
	}
	wg.Wait()
	for _, result := range results {
		fmt.Println(result)
	}
}
