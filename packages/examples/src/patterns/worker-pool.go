//go:build ignore

package main

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"sync"
	"time"
)

type Root struct {
	square int
	root   float64
	err    error
}

func (job *Root) run() {
	time.Sleep(time.Duration(job.square%5) * time.Millisecond) // hard work
	if job.square < 0 {
		job.err = errors.New("has no root")
		return
	}
	job.root = math.Sqrt(float64(job.square))
}

func main() {
	jobs := make(chan *Root, 2)
	finished := make(chan *Root)

	var workers sync.WaitGroup
	workers.Add(2)
	for i := 0; i < 2; i++ {
		go func() {
			defer workers.Done()
			for job := range jobs {
				job.run()
				finished <- job
			}
		}()
	}

	go func() {
		for _, square := range []int{49, 36, -1, 25, 16, 9, 4, 1} {
			jobs <- &Root{square: square}
		}
		close(jobs)
		workers.Wait()
		close(finished)
	}()

	var all []*Root
	failed := 0
	for job := range finished {
		all = append(all, job)
		if job.err != nil {
			failed++
		}
	}

	sort.Slice(all, func(i, j int) bool { return all[i].square < all[j].square })
	for _, job := range all {
		if job.err != nil {
			fmt.Printf("%d: Error: %v\n", job.square, job.err)
		} else {
			fmt.Printf("%d: has the root %v\n", job.square, job.root)
		}
	}
	fmt.Println(len(all), "jobs,", failed, "failed")
}
