package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	awsEndpoint   = "https://s3.amazonaws.com"
	defaultRegion = "us-east-1"
	// partSize is how much of a file is sent at once; 10,000 parts are the most.
	partSize = 64 << 20
)

// bucket is a Place in S3-compatible storage. A file is sent once it is whole
// and verified; an upload that is cut leaves no object.
type bucket struct {
	client *minio.Client
	name   string
	prefix string // with a slash at its end, or empty
	drafts string
	part   uint64 // how much of a file is sent at once, in bytes
}

func newBucket(name, prefix string, s3 S3, drafts string) (Place, error) {
	endpoint, region := s3.Endpoint, s3.Region
	if endpoint == "" {
		endpoint = awsEndpoint
	}
	if region == "" {
		region = defaultRegion
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return nil, ba.E(ba.Invalid, "S3_ENDPOINT is not the address of a storage. Write scheme and host alone, such as https://minio.example.com.")
	}
	client, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(s3.AccessKey, s3.SecretKey, ""), Secure: u.Scheme == "https", Region: region})
	if err != nil {
		return nil, ba.Wrap(ba.Invalid, "The S3 storage cannot be used. Check S3_ENDPOINT and the name of the bucket.", err)
	}
	if prefix != "" {
		prefix += "/"
	}
	return &bucket{client: client, name: name, prefix: prefix, drafts: drafts, part: partSize}, nil
}

func (b *bucket) String() string {
	return strings.TrimSuffix("s3://"+b.name+"/"+b.prefix, "/")
}

func (b *bucket) Drafts() string { return b.drafts }

func (b *bucket) Remote() bool { return true }

func (b *bucket) Keep(ctx context.Context, draft, name string, replace bool) error {
	if !replace {
		_, err := b.client.StatObject(ctx, b.name, b.prefix+name, minio.StatObjectOptions{})
		if err == nil {
			return ba.E(ba.Conflict, "There is an object of this name already: "+b.String()+"/"+name+". Choose another name.")
		}
		if err = b.sentence(err); ba.KindOf(err) != ba.NotFound {
			return err
		}
	}
	_, err := b.client.FPutObject(ctx, b.name, b.prefix+name, draft, minio.PutObjectOptions{ContentType: "application/octet-stream", PartSize: b.part, NumThreads: 2})
	if err != nil {
		return b.sentence(err)
	}
	return os.Remove(draft)
}

func (b *bucket) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	o, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, b.sentence(err)
	}
	if _, err := o.Stat(); err != nil { // the request is made only now
		return nil, errors.Join(b.sentence(err), o.Close())
	}
	return o, nil
}

func (b *bucket) List(ctx context.Context, prefix string) ([]Item, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var items []Item
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix}) { // in the order of names
		if o.Err != nil {
			return nil, b.sentence(o.Err)
		}
		items = append(items, Item{strings.TrimPrefix(o.Key, b.prefix), o.Size})
	}
	return items, nil
}

func (b *bucket) Remove(ctx context.Context, name string) error {
	return b.sentence(b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{}))
}

// sentence gives an error of the storage its kind and what to do.
func (b *bucket) sentence(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	said := minio.ToErrorResponse(err)
	switch {
	case said.Code == "NoSuchKey", said.Code == "NotFound":
		return ba.Wrap(ba.NotFound, "There is no such object in "+b.String()+".", err)
	case said.Code == "NoSuchBucket":
		return ba.Wrap(ba.Unavailable, "The bucket "+b.name+" does not exist there. Make it, or correct BACKUP_TO and S3_ENDPOINT.", err)
	case said.Code == "SignatureDoesNotMatch", said.Code == "InvalidAccessKeyId":
		return ba.Wrap(ba.Unavailable, "The S3 storage refuses the access key. Correct S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and look whether S3_REGION and the clock are right.", err)
	case said.StatusCode == http.StatusForbidden:
		return ba.Wrap(ba.Unavailable, "The access key may not do this in the bucket "+b.name+". Allow it to list, get, put and delete objects under "+b.String()+".", err)
	case said.Code != "":
		return ba.Wrap(ba.Unavailable, "The S3 storage refused ("+said.Code+"). Check the bucket and its settings.", err)
	}
	return ba.Wrap(ba.Unavailable, "The S3 storage does not answer. Check S3_ENDPOINT and the network.", fmt.Errorf("reach %s: %w", b.name, err))
}
