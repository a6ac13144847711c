package vault_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func TestAnAddressOfAKeyServiceIsUnderstoodOrRefusedWithWhatIsWrong(t *testing.T) {
	const arn = "arn:aws:kms:eu-central-1:111122223333:key/0f8fad5b-d9cb-469f-a165-70867728950e"
	for address, want := range map[string]vault.Service{
		"vault+https://vault.example.com:8200/transit/keys/ba":        {Kind: vault.Transit, Base: "https://vault.example.com:8200", Mount: "transit", Key: "ba"},
		"vault+https://v/team/a/transit/keys/ba_1.x":                  {Kind: vault.Transit, Base: "https://v", Mount: "team/a/transit", Key: "ba_1.x"},
		"vault+http://127.0.0.1:8200/transit/keys/ba":                 {Kind: vault.Transit, Base: "http://127.0.0.1:8200", Mount: "transit", Key: "ba"},
		"awskms://eu-central-1/alias/ba":                              {Kind: vault.AWSKMS, Region: "eu-central-1", Key: "alias/ba"},
		"awskms://us-gov-west-1/0f8fad5b-d9cb-469f-a165-70867728950e": {Kind: vault.AWSKMS, Region: "us-gov-west-1", Key: "0f8fad5b-d9cb-469f-a165-70867728950e"},
		"awskms:///" + arn: {Kind: vault.AWSKMS, Region: "eu-central-1", Key: arn},
	} {
		if got, err := vault.ParseService(address); err != nil || got != want {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	for address, says := range map[string]string{
		"https://vault.example.com/transit/keys/ba":               "begins with neither",
		"vault://vault.example.com/transit/keys/ba":               "begins with neither",
		"vault+http://vault.example.com/transit/keys/ba":          "is not https",
		"vault+https:///transit/keys/ba":                          "names no host",
		"vault+https://v/transit/ba":                              "/transit/keys/ba",
		"vault+https://v/transit/keys/":                           "/transit/keys/ba",
		"vault+https://v/keys/ba":                                 "/transit/keys/ba",
		"vault+https://v/a/../transit/keys/ba":                    "/transit/keys/ba",
		"vault+https://token:fixture@v/transit/keys/ba":           "is not the address of a key",
		"vault+https://v/transit/keys/ba?token=fixture":           "is not the address of a key",
		"awskms://alias/ba":                                       "region",
		"awskms://eu-central-1/ba":                                "alias/NAME",
		"awskms:///alias/ba":                                      "ARN",
		"awskms:///arn:aws:s3:::bucket":                           "ARN",
		"gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k": "begins with neither",
	} {
		if s, err := vault.ParseService(address); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %+v, %v, want %q", address, s, err, says)
		} else if strings.Contains(err.Error(), "fixture") {
			t.Errorf("%s: the error repeats it: %v", address, err)
		}
	}
}
