//go:build ignore

package main

import (
	"container/heap"
	"fmt"
	"strings"
	"sync"
	"time"
)

type job struct {
	name string
	key  float64 // all that wait age alike, so this orders them for ever
	nr   int
}

// The highest key first; among equals, the one accepted first.
type line []job

func (l line) Len() int { return len(l) }
func (l line) Less(i, j int) bool {
	return l[i].key > l[j].key || l[i].key == l[j].key && l[i].nr < l[j].nr
}
func (l line) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l *line) Push(x any)   { *l = append(*l, x.(job)) }
func (l *line) Pop() any {
	last := (*l)[len(*l)-1]
	*l = (*l)[:len(*l)-1]
	return last
}

func office(ageing time.Duration) {
	var mu sync.Mutex
	var waiting line
	var started []string
	var jobs sync.WaitGroup
	begun := time.Now()
	accepted := make(chan struct{}, 10) // a token a job
	add := func(name string, priority float64) {
		jobs.Add(1)
		mu.Lock()
		defer mu.Unlock()
		key := priority
		if ageing > 0 {
			key -= float64(time.Since(begun).Milliseconds()) / float64(ageing.Milliseconds())
		}
		heap.Push(&waiting, job{name, key, len(started) + waiting.Len()})
		accepted <- struct{}{}
	}
	add("letter 1", 0)
	add("letter 2", 0)
	add("report", -1)
	add("alarm", 1)
	go func() {
		for range accepted {
			mu.Lock()
			next := heap.Pop(&waiting).(job)
			started = append(started, next.name)
			mu.Unlock()
			time.Sleep(50 * time.Millisecond)
			jobs.Done()
		}
	}()
	for n := 3; n <= 6; n++ {
		time.Sleep(50 * time.Millisecond)
		add(fmt.Sprint("letter ", n), 0)
	}
	jobs.Wait()
	close(accepted)
	fmt.Println(strings.Join(started, ", "))
}

func main() {
	office(0) // none
	office(75 * time.Millisecond)
}
