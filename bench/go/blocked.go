// A million goroutines that wait: their memory, and how long it takes to wake them.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

func rss() int64 {
	var total, resident int64
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		panic(err)
	}
	fmt.Sscan(string(statm), &total, &resident)
	return resident * int64(os.Getpagesize())
}

func startBlocked(count int) (chan int, *sync.WaitGroup) {
	ch := make(chan int)
	tasks := new(sync.WaitGroup)
	tasks.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			<-ch
			tasks.Done()
		}()
	}
	// With one processor this lets all of them run until they wait.
	for runtime.Gosched(); runtime.NumGoroutine() < count; runtime.Gosched() {
	}
	time.Sleep(100 * time.Millisecond)
	return ch, tasks
}

func blockedMemory(count int) int64 {
	debug.FreeOSMemory()
	before := rss()
	ch, tasks := startBlocked(count)
	debug.FreeOSMemory()
	bytes := rss() - before
	close(ch)
	tasks.Wait()
	return bytes
}

func blockedWake(count int) int64 {
	ch, tasks := startBlocked(count)
	start := time.Now()
	close(ch)
	tasks.Wait()
	return time.Since(start).Nanoseconds()
}
