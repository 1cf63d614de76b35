//go:build ignore

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// One renders, two wait.
var places = make(chan struct{}, 3)
var worker = make(chan struct{}, 1)

func handle(w http.ResponseWriter, r *http.Request) {
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	select {
	case worker <- struct{}{}:
		defer func() { <-worker }()
	case <-r.Context().Done():
		w.WriteHeader(499) // the client has left
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), 100*time.Millisecond)
	defer cancel()
	page, err := render(ctx, r.URL.Path)
	switch {
	case r.Context().Err() != nil:
		w.WriteHeader(499)
	case errors.Is(err, context.DeadlineExceeded):
		http.Error(w, err.Error(), http.StatusGatewayTimeout)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	default:
		fmt.Fprint(w, page)
	}
}

func render(ctx context.Context, path string) (string, error) {
	if path == "/broken" {
		return "", errors.New("no template")
	}
	d := 10 * time.Millisecond
	if path == "/endless" {
		d = time.Hour
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
		return "", ctx.Err()
	}
	fmt.Println("rendered", path)
	return "page " + path, nil
}

func main() {
	var answers sync.WaitGroup
	get := func(ctx context.Context, path string) {
		answers.Add(1)
		go func() {
			defer answers.Done()
			w := httptest.NewRecorder()
			handle(w, httptest.NewRequest("GET", path, nil).WithContext(ctx))
			fmt.Println(path, w.Code)
		}()
		time.Sleep(time.Millisecond)
	}
	client, leave := context.WithCancel(context.Background())
	get(context.Background(), "/endless")
	get(client, "/left")
	get(context.Background(), "/home")
	get(context.Background(), "/refused")
	leave()
	answers.Wait()
	get(context.Background(), "/broken")
	answers.Wait()
}
