//go:build ignore

package main

import (
	"fmt"
	"time"
)

func ask(question string, ms int) <-chan string {
	answer := make(chan string, 1)
	go func() {
		time.Sleep(time.Duration(ms) * time.Millisecond)
		answer <- question + "? yes"
	}()
	return answer
}

func patiently(answer <-chan string) string {
	select {
	case value := <-answer:
		return value
	case <-time.After(50 * time.Millisecond):
		return "no answer in time"
	}
}

func main() {
	fmt.Println(patiently(ask("quick", 5)))
	fmt.Println(patiently(ask("slow", 100)))

	deadline := time.After(50 * time.Millisecond)
conversation:
	for _, ms := range []int{5, 10, 100, 5} {
		select {
		case value := <-ask(fmt.Sprintf("after %d", ms), ms):
			fmt.Println(value)
		case <-deadline:
			fmt.Println("time is up")
			break conversation
		}
	}
}
