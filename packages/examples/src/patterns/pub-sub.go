//go:build ignore

package main

import (
	"fmt"
	"strings"
)

type Subscriber struct {
	news       chan string
	latestOnly bool
}

func (s *Subscriber) hear(news string) {
	if s.latestOnly {
		select {
		case <-s.news: // makes room
		default:
		}
	}
	select {
	case s.news <- news:
	default:
	}
}

func broker(subscribe, unsubscribe <-chan *Subscriber, publish <-chan string) {
	subscribers := map[*Subscriber]bool{}

	for {
		select {
		case s := <-subscribe:
			subscribers[s] = true
		case s := <-unsubscribe:
			if subscribers[s] {
				delete(subscribers, s)
				close(s.news)
			}
		case news, ok := <-publish:
			if !ok {
				for s := range subscribers {
					close(s.news)
				}
				return
			}
			for s := range subscribers {
				s.hear(news)
			}
		}
	}
}

func print(name string, s *Subscriber) {
	var heard []string
	for item := range s.news {
		heard = append(heard, item)
	}
	fmt.Printf("%s: %s\n", name, strings.Join(heard, ", "))
}

func main() {
	subscribe := make(chan *Subscriber)
	unsubscribe := make(chan *Subscriber)
	publish := make(chan string)
	go broker(subscribe, unsubscribe, publish)

	all := &Subscriber{news: make(chan string, 100)} // Go has no unbounded channel
	early := &Subscriber{news: make(chan string, 100)}
	latest := &Subscriber{news: make(chan string, 1), latestOnly: true}

	subscribe <- all
	subscribe <- early
	publish <- "sunrise"
	publish <- "breakfast"
	unsubscribe <- early
	subscribe <- latest
	publish <- "noon"
	publish <- "sunset"
	close(publish)

	print("all", all)
	print("early", early)
	print("latest", latest)
}
