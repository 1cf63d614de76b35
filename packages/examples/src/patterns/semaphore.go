//go:build ignore

package main

import (
	"fmt"
	"sync"
	"time"
)

func main() {
	// Go's semaphore is a channel with a buffer: what lies in it are the permits that are taken.
	connections := make(chan struct{}, 3)
	var mutex sync.Mutex
	open, mostOpen, done := 0, 0, 0

	download := func() {
		connections <- struct{}{}
		defer func() { <-connections }()

		mutex.Lock()
		open++
		if open > mostOpen {
			mostOpen = open
		}
		mutex.Unlock()

		time.Sleep(5 * time.Millisecond) // the download

		mutex.Lock()
		open--
		done++
		mutex.Unlock()
	}

	var downloads sync.WaitGroup
	downloads.Add(10)
	for i := 0; i < 10; i++ {
		go func() {
			defer downloads.Done()
			download()
		}()
	}

	downloads.Wait()
	fmt.Println("done:", done, "never more than", mostOpen, "at a time")

	for i := 0; i < cap(connections); i++ {
		connections <- struct{}{}
	}
	select {
	case connections <- struct{}{}:
		fmt.Println("another one:", true)
	default:
		fmt.Println("another one:", false)
	}
	for i := 0; i < cap(connections); i++ {
		<-connections
	}
	fmt.Println("free again:", cap(connections)-len(connections))
}
