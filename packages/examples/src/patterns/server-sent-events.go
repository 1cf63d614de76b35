//go:build ignore

package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Prices is a broadcast that keeps the newest value for who is too slow.
type Prices struct {
	mu      sync.Mutex
	readers map[chan int]*int // and how many each has missed
	closed  bool
}

func (p *Prices) subscribe() (chan int, *int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ch, missed := make(chan int, 1), new(int)
	p.readers[ch] = missed
	return ch, missed
}

func (p *Prices) unsubscribe(ch chan int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.readers, ch)
}

func (p *Prices) send(price int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ch, missed := range p.readers {
		select {
		case ch <- price:
			continue
		default:
		}
		select {
		case <-ch:
			*missed++
		default:
		}
		ch <- price
	}
}

func (p *Prices) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ch := range p.readers {
		close(ch)
	}
}

func stream(ctx context.Context, prices *Prices, name string, d time.Duration) {
	events, missed := prices.subscribe()
	defer prices.unsubscribe(events)
	var sent []string
	for {
		select {
		case price, ok := <-events:
			if !ok {
				fmt.Printf("%s: %s; missed %d\n", name, strings.Join(sent, ", "), *missed)
				return
			}
			sent = append(sent, fmt.Sprintf("data: %d", price))
			time.Sleep(d)
		case <-ctx.Done():
			fmt.Printf("%s: %s; client has left\n", name, strings.Join(sent, ", "))
			return
		}
	}
}

func main() {
	prices := &Prices{readers: map[chan int]*int{}}
	var clients sync.WaitGroup
	left, leave := context.WithCancel(context.Background())
	start := func(ctx context.Context, name string, d time.Duration) {
		clients.Add(1)
		go func() {
			defer clients.Done()
			stream(ctx, prices, name, d)
		}()
	}
	start(context.Background(), "fast", time.Millisecond)
	start(context.Background(), "slow", 37*time.Millisecond)
	start(left, "leaves", time.Millisecond)
	time.Sleep(time.Millisecond)

	for price := 1; price <= 9; price++ {
		prices.send(price)
		time.Sleep(10 * time.Millisecond)
		if price == 3 {
			leave()
		}
	}
	prices.mu.Lock()
	fmt.Println("subscribers:", len(prices.readers))
	prices.mu.Unlock()
	prices.close()
	clients.Wait()
}
