//go:build ignore

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// One renders, one waits.
var places = make(chan struct{}, 2)
var worker = make(chan struct{}, 1)

// For the story below.
var accepted = make(chan string, 10)
var left = make(chan string, 10)
var finish = make(chan struct{})
var rendered []string // of the one worker

var wait = regexp.MustCompile(`wait=(\d+)`)

func handle(w http.ResponseWriter, r *http.Request) {
	select {
	case places <- struct{}{}:
		defer func() {
			<-places
			if r.Context().Err() != nil {
				left <- r.URL.Path + ": client has left"
			}
		}()
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	accepted <- r.URL.Path
	select {
	case worker <- struct{}{}:
		defer func() { <-worker }()
	case <-r.Context().Done():
		return
	}
	ctx := r.Context()
	if found := wait.FindStringSubmatch(r.Header.Get("Prefer")); found != nil {
		seconds, _ := strconv.Atoi(found[1])
		limited, cancel := context.WithTimeout(ctx, time.Duration(seconds)*time.Second)
		defer cancel()
		ctx = limited
	}
	page, err := render(ctx, r.URL.Path)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		http.Error(w, err.Error(), http.StatusGatewayTimeout)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		fmt.Fprint(w, page)
	}
}

func render(ctx context.Context, path string) (string, error) {
	rendered = append(rendered, path)
	if path == "/broken" {
		return "", errors.New("no template")
	}
	if path == "/slow" || path == "/endless" {
		select {
		case <-finish:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	return "page " + path, nil
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(handle))
	get := func(ctx context.Context, path, prefer string) <-chan int {
		status := make(chan int, 1)
		go func() {
			request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+path, nil)
			request.Header.Set("Prefer", prefer)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return // the client has left
			}
			response.Body.Close()
			status <- response.StatusCode
		}()
		return status
	}
	background := context.Background()

	slow := get(background, "/slow", "") // runs
	<-accepted
	client, leave := context.WithCancel(background)
	get(client, "/left", "") // waits
	<-accepted
	fmt.Println("/refused", <-get(background, "/refused", ""))
	leave()
	fmt.Println(<-left)
	home := get(background, "/home", "") // has its place in the queue
	<-accepted
	finish <- struct{}{}
	fmt.Println("/slow", <-slow)
	fmt.Println("/home", <-home)
	fmt.Println("/endless", <-get(background, "/endless", "wait=1"))
	fmt.Println("/broken", <-get(background, "/broken", ""))
	server.Close()
	fmt.Println("rendered", strings.Join(rendered, " "))
}
