//go:build ignore

package main

import (
	"bufio"
	"fmt"
	"net"
	"sync"
)

var (
	arrivals   = make(chan chan string)
	departures = make(chan chan string)
	messages   = make(chan string)
)

func room() {
	guests := map[chan string]bool{}
	for {
		select {
		case guest := <-arrivals:
			guests[guest] = true
		case guest := <-departures:
			delete(guests, guest)
			close(guest)
		case line := <-messages:
			for guest := range guests {
				select {
				case guest <- line:
				default: // waits for no guest
				}
			}
		}
	}
}

func serve(conn net.Conn) {
	lines := bufio.NewScanner(conn)
	lines.Scan()
	name := lines.Text()

	outgoing := make(chan string, 100)
	writing := make(chan struct{})
	go func() {
		defer close(writing)
		for line := range outgoing {
			fmt.Fprintln(conn, line)
		}
		conn.Close()
	}()

	arrivals <- outgoing
	messages <- name + " has come"
	for lines.Scan() {
		messages <- name + ": " + lines.Text()
	}
	departures <- outgoing
	messages <- name + " has gone"
	<-writing
}

type Client struct {
	name  string
	conn  net.Conn
	lines *bufio.Scanner
}

func join(server net.Listener, name string) *Client {
	conn, err := net.Dial("tcp", server.Addr().String())
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(conn, name)
	return &Client{name, conn, bufio.NewScanner(conn)}
}

func (c *Client) say(text string) { fmt.Fprintln(c.conn, text) }

func (c *Client) leave() { c.conn.(*net.TCPConn).CloseWrite() }

func (c *Client) hear() {
	c.lines.Scan()
	fmt.Printf("%s hears: %s\n", c.name, c.lines.Text())
}

func main() {
	server, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}

	go room()
	var connections sync.WaitGroup
	go func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go func() {
				defer connections.Done()
				serve(conn)
			}()
		}
	}()

	ann := join(server, "ann")
	ann.hear()
	bob := join(server, "bob")
	ann.hear()
	bob.say("hello")
	ann.hear()
	ann.leave()
	for i := 0; i < 3; i++ {
		bob.hear()
	}
	bob.leave()
	server.Close()
	connections.Wait()
}
