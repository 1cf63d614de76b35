//go:build ignore

package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sort"
)

var links = map[string][]string{
	"/":            {"/fruit", "/trees", "/lost"},
	"/fruit":       {"/fruit/apple", "/fruit/pear", "/"},
	"/fruit/apple": {"/trees", "/fruit/pear"},
	"/fruit/pear":  {"/trees"},
	"/trees":       {"/fruit", "/trees"},
}

type Page struct {
	path   string
	status int
	links  []string
}

func fetcher(origin string, todo <-chan string, pages chan<- Page) {
	for path := range todo {
		response, err := http.Get(origin + path)
		if err != nil {
			panic(err)
		}
		page := Page{path: path, status: response.StatusCode}
		json.NewDecoder(response.Body).Decode(&page.links)
		response.Body.Close()
		pages <- page
	}
}

func main() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := links[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		json.NewEncoder(w).Encode(page)
	}))
	defer server.Close()

	todo := make(chan string)
	pages := make(chan Page)
	for i := 0; i < 3; i++ {
		go fetcher(server.URL, todo, pages)
	}

	seen := map[string]bool{"/": true}
	queue := []string{"/"}
	var lines []string

	for pending := 1; pending > 0; {
		var out chan<- string // nil: switched off
		var next string
		if len(queue) > 0 {
			out, next = todo, queue[0]
		}

		select {
		case out <- next:
			queue = queue[1:]
		case page := <-pages:
			pending--
			lines = append(lines, fmt.Sprint(page.status, " ", page.path))
			for _, link := range page.links {
				if !seen[link] {
					seen[link] = true
					queue = append(queue, link)
					pending++
				}
			}
		}
	}
	close(todo)

	sort.Strings(lines)
	for _, line := range lines {
		fmt.Println(line)
	}
}
