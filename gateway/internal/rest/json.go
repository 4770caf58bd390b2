package rest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Lines is the media type of streams: one JSON value a line.
const Lines = "application/x-ndjson"

// Longest line of a stream: probityd takes messages of 4 MiB, which are more in JSON.
const maxLineBytes = 6 << 20

// strictJSON is proto3 JSON as the command line prints it: what is empty is left out. A field
// that no message has is refused: misspelt, it would be a condition that is not checked.
type strictJSON struct{ *runtime.JSONPb }

var answers = strictJSON{&runtime.JSONPb{
	MarshalOptions:   protojson.MarshalOptions{},
	UnmarshalOptions: protojson.UnmarshalOptions{DiscardUnknown: false},
}}

// Marshal writes without spaces, as the command line does; the library strews some, so that nobody
// compares its bytes.
func (j strictJSON) Marshal(v any) ([]byte, error) {
	text, err := j.JSONPb.Marshal(v)
	if err != nil {
		return nil, err
	}
	return withoutSpaces(text), nil
}

// withoutSpaces takes spaces between values out of JSON on one line, in place. json.Compact would
// read all of its grammar again, for a quarter of what writing it takes.
func withoutSpaces(text []byte) []byte {
	kept, inString := text[:0], false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == ' ' && !inString:
			continue
		case c == '"':
			inString = !inString
		case c == '\\' && i+1 < len(text): // stands in strings alone; what follows ends none
			kept = append(kept, c)
			i++
			c = text[i]
		}
		kept = append(kept, c)
	}
	return kept
}

// StreamContentType is that of answers in a stream.
func (strictJSON) StreamContentType(any) string { return Lines }

// NewDecoder reads one value, which is all that `r` holds. The body was bounded before.
func (j strictJSON) NewDecoder(r io.Reader) runtime.Decoder {
	return runtime.DecoderFunc(func(v any) error {
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if len(bytes.TrimSpace(text)) == 0 {
			return io.EOF
		}
		if message, ok := v.(proto.Message); ok {
			return j.UnmarshalOptions.Unmarshal(text, message)
		}
		if !json.Valid(text) { // of a field, the library reads the first value, and nothing behind it
			return errors.New("the body is not one JSON value")
		}
		return j.Unmarshal(text, v)
	})
}

// lines decodes bodies of streams.
type lines struct{ strictJSON }

// NewDecoder reads a value of each line. A line that cannot be read ends the stream with an
// error for the caller: the generated code alone would take it for the end of the stream, and
// the answers so far would look like all.
func (l lines) NewDecoder(r io.Reader) runtime.Decoder {
	buffered := bufio.NewReaderSize(r, 64<<10)
	number := 0
	return runtime.DecoderFunc(func(v any) error {
		for {
			text, err := readLine(buffered)
			number++
			if err == nil || errors.Is(err, io.EOF) {
				if text = bytes.TrimSpace(text); len(text) > 0 {
					err = l.strictJSON.NewDecoder(bytes.NewReader(text)).Decode(v)
				} else if err == nil {
					continue // an empty line
				}
			}
			if err != nil && !errors.Is(err, io.EOF) {
				err = fmt.Errorf("line %d: %w", number, err)
				refuseStream(r, err)
			}
			return err
		}
	})
}

// A line without its end; io.EOF with what came after the last one.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLineBytes {
			return nil, fmt.Errorf("is longer than %d bytes", maxLineBytes)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
