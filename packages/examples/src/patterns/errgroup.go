//go:build ignore

package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Group is golang.org/x/sync/errgroup in short, so that this file runs by itself.
type Group struct {
	ctx    context.Context
	cancel func()
	wg     sync.WaitGroup
	once   sync.Once
	err    error
}

func WithContext(parent context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancel(parent)
	return &Group{ctx: ctx, cancel: cancel}, ctx
}

func (g *Group) Go(fn func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		if err := fn(); err != nil {
			g.once.Do(func() {
				g.err = err
				g.cancel()
			})
		}
	}()
}

func (g *Group) Wait() error {
	g.wg.Wait()
	g.cancel()
	return g.err
}

func load(ctx context.Context, what string, ms int) error {
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		fmt.Println("loaded", what)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func main() {
	group, ctx := WithContext(context.Background())

	group.Go(func() error { return load(ctx, "the profile", 5) })

	group.Go(func() error {
		if err := load(ctx, "the list of orders", 20); err != nil {
			return err
		}
		return errors.New("an order is missing")
	})

	group.Go(func() error {
		err := load(ctx, "the whole history", 60_000)
		fmt.Println("gave up the history:", ctx.Err() != nil)
		return err
	})

	if err := group.Wait(); err != nil {
		fmt.Println("Error:", err)
	}
}
