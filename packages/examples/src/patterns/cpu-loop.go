//go:build ignore

package main

import (
	"fmt"
	"time"
)

func pi(timeIsUp <-chan struct{}) float64 {
	sum := 0.0
	denominator := 1.0

	for {
		for i := 0; i < 1000; i++ {
			sum += 4/denominator - 4/(denominator+2)
			denominator += 4
		}

		select {
		case <-timeIsUp:
			return sum
		default:
		}
	}
}

func clock(timeIsUp chan<- struct{}) {
	ticker := time.NewTicker(5 * time.Millisecond)
	for ticks := 1; ticks <= 3; ticks++ {
		<-ticker.C
		fmt.Println("tick", ticks)
	}
	close(timeIsUp)
}

func main() {
	timeIsUp := make(chan struct{})
	go clock(timeIsUp)
	fmt.Printf("pi is about %.2f\n", pi(timeIsUp))
}
