//go:build ignore

package main

import "fmt"

func generate(numbers chan<- int) {
	for n := 2; ; n++ {
		numbers <- n
	}
}

func filter(from <-chan int, to chan<- int, prime int) {
	for n := range from {
		if n%prime != 0 {
			to <- n
		}
	}
}

func main() {
	numbers := make(chan int)
	go generate(numbers)

	for {
		prime := <-numbers
		if prime > 30 {
			break
		}
		fmt.Println(prime)

		rest := make(chan int)
		go filter(numbers, rest, prime)
		numbers = rest
	}
}
