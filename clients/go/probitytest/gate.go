package probitytest

import (
	"net"
	"sync"
)

// gate is a listener that can be shut. It keeps its port meanwhile, which another process might
// take otherwise.
type gate struct {
	net.Listener

	mutex  sync.Mutex
	isShut bool
	inside map[net.Conn]struct{}
}

// Accept implements net.Listener.
func (g *gate) Accept() (net.Conn, error) {
	for {
		connection, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if g.admit(connection) {
			return &passing{connection, g}, nil
		}
		_ = connection.Close()
	}
}

func (g *gate) admit(connection net.Conn) bool {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if g.isShut {
		return false
	}
	if g.inside == nil {
		g.inside = map[net.Conn]struct{}{}
	}
	g.inside[connection] = struct{}{}
	return true
}

func (g *gate) shut() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.isShut = true
	for connection := range g.inside {
		_ = connection.Close()
	}
}

func (g *gate) open() {
	g.mutex.Lock()
	defer g.mutex.Unlock()
	g.isShut = false
}

// passing is a connection that the gate let in.
type passing struct {
	net.Conn
	gate *gate
}

// Close implements net.Conn.
func (p *passing) Close() error {
	p.gate.mutex.Lock()
	delete(p.gate.inside, p.Conn)
	p.gate.mutex.Unlock()
	return p.Conn.Close()
}
