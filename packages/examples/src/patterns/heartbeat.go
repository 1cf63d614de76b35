//go:build ignore

package main

import (
	"fmt"
	"time"
)

func worker(jobs <-chan int, heartbeat chan<- struct{}) {
	ticker := time.NewTicker(10 * time.Millisecond)
	for {
		select {
		case <-ticker.C:
			select {
			case heartbeat <- struct{}{}:
			default:
			}
		case job := <-jobs:
			if job == 3 {
				select {} // stuck
			}
			fmt.Println("job", job, "is done")
		}
	}
}

func main() {
	jobs := make(chan int)
	heartbeat := make(chan struct{})
	go worker(jobs, heartbeat)

supervision:
	for beats := 1; ; beats++ {
		select {
		case <-heartbeat:
			fmt.Println("beat", beats)
			jobs <- beats
		case <-time.After(100 * time.Millisecond):
			break supervision
		}
	}
	fmt.Println("silence: the worker is stuck")
}
