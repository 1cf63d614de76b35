//go:build ignore

package main

import (
	"fmt"
	"sync"
)

type Ball struct{ hits int }

func player(name string, from <-chan *Ball, to chan<- *Ball) {
	for ball := range from {
		ball.hits++
		fmt.Println(name, ball.hits)
		if ball.hits == 6 {
			break
		}
		to <- ball
	}
	close(to)
}

func main() {
	left := make(chan *Ball)
	right := make(chan *Ball)

	var players sync.WaitGroup
	players.Add(2)
	go func() {
		defer players.Done()
		player("ping", left, right)
	}()
	go func() {
		defer players.Done()
		player("pong", right, left)
	}()

	left <- &Ball{}
	players.Wait()
	fmt.Println("game over")
}
