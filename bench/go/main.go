// The same workloads in Go. Reads lines "workload count", answers each with the nanoseconds taken.
package main

import (
	"bufio"
	"fmt"
	"os"
	"sync"
	"time"
)

func sendAll(ch chan<- int, count int) {
	for i := 0; i < count; i++ {
		ch <- i
	}
}

func recvAll(ch <-chan int, count int) {
	for i := 0; i < count; i++ {
		<-ch
	}
}

func spsc(size, count int) {
	ch := make(chan int, size)
	go sendAll(ch, count)
	recvAll(ch, count)
}

func pingPong(count int) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for i := 0; i < count; i++ {
			pong <- <-ping
		}
	}()
	for i := 0; i < count; i++ {
		ping <- i
		<-pong
	}
}

func mpmc(count int) {
	ch := make(chan int, 16)
	var tasks sync.WaitGroup
	for i := 0; i < 10; i++ {
		tasks.Add(2)
		go func() { sendAll(ch, count/10); tasks.Done() }()
		go func() { recvAll(ch, count/10); tasks.Done() }()
	}
	tasks.Wait()
}

func selectAll(a, b <-chan int, count int) {
	for i := 0; i < count; i++ {
		select {
		case <-a:
		case <-b:
		}
	}
}

func select2(count int) {
	a, b := make(chan int), make(chan int)
	go sendAll(a, count/2)
	go sendAll(b, count/2)
	selectAll(a, b, count)
}

func selectDone(count int) {
	ch, done := make(chan int), make(chan int)
	go sendAll(ch, count)
	selectAll(ch, done, count)
}

func tryPair(count int) {
	ch := make(chan int, 1)
	for i := 0; i < count; i++ {
		select {
		case ch <- i:
		default:
		}
		select {
		case <-ch:
		default:
		}
	}
}

func sieve(primes int) {
	ch := make(chan int)
	go func(to chan<- int) {
		for n := 2; ; n++ {
			to <- n
		}
	}(ch)
	for i := 0; i < primes; i++ {
		prime := <-ch
		next := make(chan int)
		go func(from <-chan int, to chan<- int) {
			for {
				if n := <-from; n%prime != 0 {
					to <- n
				}
			}
		}(ch, next)
		ch = next
	}
}

type job struct{}

func (*job) run() {}

func pool(count int) {
	jobs, finished := make(chan *job, 1024), make(chan *job, 1024)
	var workers sync.WaitGroup
	for i := 0; i < 8; i++ {
		workers.Add(1)
		go func() {
			for j := range jobs {
				j.run()
				finished <- j
			}
			workers.Done()
		}()
	}
	go func() {
		j := &job{}
		for i := 0; i < count; i++ {
			jobs <- j
		}
		close(jobs)
		workers.Wait()
		close(finished)
	}()
	for range finished {
	}
}

var workloads = map[string]func(count int){
	"spsc":          func(count int) { spsc(0, count) },
	"spsc-128":      func(count int) { spsc(128, count) },
	"spsc-128-try":  func(count int) { spsc(128, count) },
	"for-await-128": func(count int) { spsc(128, count) },
	"ping-pong":     pingPong,
	"mpmc":          mpmc,
	"select-2":      select2,
	"select-done":   selectDone,
	"try-pair":      tryPair,
	"sieve":         sieve,
	"pool":          pool,
}

// Those that have to prepare something, and measure by themselves.
var measured = map[string]func(count int) int64{
	"blocked-memory": blockedMemory,
	"blocked-wake":   blockedWake,
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var name string
		var count int
		fmt.Sscan(lines.Text(), &name, &count)
		if measure, ok := measured[name]; ok {
			fmt.Println(measure(count))
			continue
		}
		start := time.Now()
		workloads[name](count)
		fmt.Println(time.Since(start).Nanoseconds())
	}
}
