//go:build ignore

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

type Request struct {
	name string
	ms   int
	err  error
}

func (job *Request) run(ctx context.Context) {
	select {
	case <-time.After(time.Duration(job.ms) * time.Millisecond):
	case <-ctx.Done():
		job.err = errors.New("took too long")
	}
}

func main() {
	ctx, abort := context.WithCancel(context.Background())
	jobs := make(chan *Request, 3)
	finished := make(chan *Request)

	var workers sync.WaitGroup
	workers.Add(3)
	for i := 0; i < 3; i++ {
		go func() {
			defer workers.Done()
			for job := range jobs {
				job.run(ctx)
				finished <- job
			}
		}()
	}
	go func() {
		workers.Wait()
		close(finished)
	}()

	jobs <- &Request{name: "quick", ms: 5}
	jobs <- &Request{name: "slow", ms: 100}
	jobs <- &Request{name: "endless", ms: 1_000_000}

	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt)

	go func() {
		time.Sleep(25 * time.Millisecond)
		syscall.Kill(syscall.Getpid(), syscall.SIGINT)
	}()

	var deadline <-chan time.Time
	inProgress := 3

	for {
		select {
		case <-interrupt:
			fmt.Println("interrupted:", inProgress, "under way")
			close(jobs)
			deadline = time.After(200 * time.Millisecond)
		case <-deadline:
			fmt.Println("deadline")
			deadline = nil
			abort()
		case job, ok := <-finished:
			if !ok {
				fmt.Println("bye: terminated")
				return
			}
			inProgress--
			if job.err != nil {
				fmt.Println(job.name, "Error:", job.err)
			} else {
				fmt.Println(job.name, "done")
			}
		}
	}
}
