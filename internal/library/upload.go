package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
	"unicode"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	// pieceSize is the length of a sealed piece: what an upload or download
	// holds in memory at a time, times piecesPerWrite.
	pieceSize      = 256 << 10
	piecesPerWrite = 4
	// abortTimeout bounds the clean-up after an upload that failed, whose own
	// context may have ended with the connection.
	abortTimeout = 10 * time.Second
)

// Upload stores a new document in the project and queues its extraction. The
// file is read as it comes; over the limit it is TooLarge and nothing is kept.
func (s *Service) Upload(ctx context.Context, a ba.Actor, project ba.ProjectID, filename string, r io.Reader) (ba.Document, error) {
	d := ba.Document{ID: ba.NewID[ba.DocumentID](), Project: project, Filename: filename, Version: 1}
	return s.upload(ctx, a, d, r)
}

// UploadVersion stores a new version of a document. Until its text is
// extracted, the version before it is the one that is searched.
func (s *Service) UploadVersion(ctx context.Context, a ba.Actor, id ba.DocumentID, filename string, r io.Reader) (ba.Document, error) {
	d, err := s.Store.Document(ctx, a, id)
	if err != nil {
		return ba.Document{}, err
	}
	return s.upload(ctx, a, ba.Document{ID: id, Project: d.Project, Filename: filename, Version: d.Version + 1}, r)
}

func (s *Service) upload(ctx context.Context, a ba.Actor, d ba.Document, r io.Reader) (ba.Document, error) {
	if err := mayWrite(a); err != nil {
		return ba.Document{}, err
	}
	d.Filename = baseName(d.Filename)
	if err := ba.InvalidFields(ba.CheckText("body.file.filename", d.Filename, 1, ba.MaxFilenameLen)); err != nil {
		return ba.Document{}, err
	}
	d, err := s.Store.BeginUpload(ctx, a, d)
	if err != nil {
		return ba.Document{}, err
	}
	done, err := s.finish(ctx, a, d, r)
	if err != nil {
		return ba.Document{}, errors.Join(err, s.abort(ctx, d))
	}
	s.notify()
	return done, nil
}

func (s *Service) finish(ctx context.Context, a ba.Actor, d ba.Document, r io.Reader) (ba.Document, error) {
	size, err := s.storePieces(ctx, d, r)
	if err != nil {
		return ba.Document{}, err
	}
	return s.Store.FinishUpload(ctx, a, d, size)
}

func (s *Service) abort(ctx context.Context, d ba.Document) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), abortTimeout)
	defer cancel()
	if err := s.Store.AbortUpload(ctx, d); err != nil {
		return fmt.Errorf("remove an upload that failed: %w", err)
	}
	return nil
}

// storePieces copies r into sealed pieces and returns its length.
func (s *Service) storePieces(ctx context.Context, d ba.Document, r io.Reader) (int64, error) {
	var size int64
	batch := make([]ba.Piece, 0, piecesPerWrite)
	next, end, err := readPiece(r)
	for seq := 0; ; seq++ {
		if err != nil {
			return 0, err
		}
		data := next
		last := end
		if size += int64(len(data)); size > s.Deps.MaxUpload {
			return 0, s.tooLarge()
		}
		if !last {
			next, end, err = readPiece(r)
			if err == nil && end && len(next) == 0 {
				last = true
			}
		}
		batch = append(batch, ba.Piece{Seq: seq, Last: last, Data: data})
		if last || len(batch) == piecesPerWrite {
			if err := s.Store.AppendPieces(ctx, d, batch); err != nil {
				return 0, err
			}
			batch = batch[:0]
		}
		if last {
			return size, nil
		}
	}
}

// readPiece returns up to pieceSize bytes and whether the input ended.
func readPiece(r io.Reader) (data []byte, end bool, err error) {
	data = make([]byte, pieceSize)
	n, err := io.ReadFull(r, data)
	switch {
	case err == nil:
		return data, false, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return data[:n], true, nil
	}
	var known *ba.Error
	if errors.As(err, &known) {
		return nil, false, err
	}
	return nil, false, ba.Wrap(ba.Invalid, "The upload ended before the file was complete. Nothing was stored; upload it again.", err)
}

func (s *Service) tooLarge() error {
	return &ba.Error{Kind: ba.TooLarge, Code: "document_too_large",
		Msg: fmt.Sprintf("The file is larger than %d MB, the limit of this instance. Split it, or ask the administrator to raise MAX_UPLOAD_MB.", s.Deps.MaxUpload/1_000_000)}
}

// baseName returns the last part of a path as any system writes it, without
// control characters.
func baseName(name string) string {
	name = strings.ReplaceAll(strings.ToValidUTF8(name, "\uFFFD"), `\`, "/")
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control) {
			return -1
		}
		return r
	}, path.Base(name))
	if name = strings.TrimSpace(name); name == "." || name == "/" {
		return ""
	}
	return name
}

func (s *Service) notify() {
	select {
	case s.wake <- struct{}{}:
	default: // a token is there already
	}
}
