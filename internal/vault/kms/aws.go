package kms

import (
	"context"
	"errors"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// awsKey is a symmetric key of AWS KMS. Credentials and the region's address
// come from where AWS's own tools take them (variables, files, the role of the
// machine or the container).
type awsKey struct {
	vault.Service
	options Options

	mu     sync.Mutex
	client *kms.Client // made at the first call
	id     string      // ARN of the key that wraps, as the last answer had it
}

func newAWS(s vault.Service, o Options) *awsKey { return &awsKey{Service: s, options: o} }

func (k *awsKey) connect(ctx context.Context) (*kms.Client, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.client != nil {
		return k.client, nil
	}
	c, err := config.LoadDefaultConfig(ctx, config.WithRegion(k.Region), config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = attempts, 2*firstPause })
	}))
	if err != nil {
		return nil, trouble(k.name(), "has no usable settings. Check the AWS variables and files", err)
	}
	k.client = kms.NewFromConfig(c)
	return k.client, nil
}

const awsPrefix = "awskms:"

// ID names the key that wraps, as far as it is known.
func (k *awsKey) ID() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return awsPrefix + k.id
}

func (k *awsKey) seen(arn *string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.id = aws.ToString(arn)
	return awsPrefix + k.id
}

// binding is the encryption context, which AWS writes to its log in the clear.
func binding(ad []byte) map[string]string { return map[string]string{"ba-assistant": place(ad)} }

// Wrap has the service encrypt a data key.
func (k *awsKey) Wrap(ctx context.Context, plain, ad []byte) ([]byte, string, error) {
	var out *kms.EncryptOutput
	err := k.call(ctx, func(ctx context.Context, c *kms.Client) (err error) {
		out, err = c.Encrypt(ctx, &kms.EncryptInput{KeyId: &k.Key, Plaintext: plain, EncryptionContext: binding(ad)})
		return err
	})
	if err != nil {
		return nil, "", err
	}
	return out.CiphertextBlob, k.seen(out.KeyId), nil
}

// Unwrap has the service decrypt a data key with the key that wrapped it,
// which may be one that the alias named before.
func (k *awsKey) Unwrap(ctx context.Context, keyID string, wrapped, ad []byte) ([]byte, error) {
	arn, is := strings.CutPrefix(keyID, awsPrefix)
	if !is || !strings.Contains(arn, ":kms:"+k.Region+":") {
		return nil, vault.ErrUnknownMasterKey
	}
	var out *kms.DecryptOutput
	err := k.call(ctx, func(ctx context.Context, c *kms.Client) (err error) {
		out, err = c.Decrypt(ctx, &kms.DecryptInput{KeyId: &arn, CiphertextBlob: wrapped, EncryptionContext: binding(ad)})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out.Plaintext, nil
}

// Check asks which key the address names now, and whether it can be used.
func (k *awsKey) Check(ctx context.Context) error {
	return k.call(ctx, func(ctx context.Context, c *kms.Client) error {
		out, err := c.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: &k.Key})
		if err == nil {
			k.seen(out.KeyMetadata.Arn)
		}
		return err
	})
}

func (k *awsKey) name() string { return "AWS KMS in " + k.Region + ", key " + k.Key }

func (k *awsKey) call(ctx context.Context, fn func(context.Context, *kms.Client) error) error {
	c, err := k.connect(ctx)
	if err != nil {
		return err
	}
	err = once(ctx, func(ctx context.Context) error { return fn(ctx, c) })
	if err == nil || errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	return trouble(k.name(), awsSentence(err), err)
}

// awsSentence says what the operator can do.
func awsSentence(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return "does not answer. Check the network, and the credentials of AWS"
	}
	var missing *types.NotFoundException
	switch code := api.ErrorCode(); {
	case errors.As(err, &missing):
		return "has no such key. Check the region and the key in MASTER_KEY_URL"
	case code == "DisabledException", code == "KMSInvalidStateException":
		return "has the key disabled or waiting for its deletion. Enable it, or cancel the deletion"
	case code == "AccessDeniedException":
		return "does not allow this. Give the role kms:Encrypt, kms:Decrypt and kms:DescribeKey for the key"
	case code == "UnrecognizedClientException", code == "InvalidSignatureException", code == "ExpiredTokenException", code == "InvalidClientTokenId":
		return "refuses the credentials. Renew AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or use a role"
	case code == "ThrottlingException", code == "LimitExceededException":
		return "limits the requests. Ask AWS for a higher quota"
	case code == "InvalidCiphertextException", code == "IncorrectKeyException":
		return "does not open a data key: it was altered, or belongs to another key"
	}
	return "answers with an error"
}
