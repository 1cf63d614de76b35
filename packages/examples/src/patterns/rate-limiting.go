//go:build ignore

package main

import (
	"fmt"
	"time"
)

const interval = 10 * time.Millisecond

func main() {
	start := time.Now()
	ticker := time.NewTicker(interval)
	for request := 1; request <= 3; request++ {
		<-ticker.C
		fmt.Println("steady:", request)
	}
	fmt.Println("in time:", time.Since(start) >= 3*interval)

	// What rate.NewLimiter(rate.Every(interval), 3) of golang.org/x/time/rate does, by hand.
	bucket := make(chan time.Time, 3)
	for i := 0; i < 3; i++ {
		bucket <- time.Time{}
	}

	go func() {
		for tick := range ticker.C {
			select {
			case bucket <- tick:
			default:
			}
		}
	}()

	for request := 1; request <= 5; request++ {
		select {
		case <-bucket:
			fmt.Println("burst:", request, "at once")
		default:
			<-bucket
			fmt.Println("burst:", request, "had to wait")
		}
	}

	ticker.Stop()
}
