package python

import (
	"strings"
	"testing"
)

func BenchmarkParse(b *testing.B) {
	src := []byte(strings.Repeat(sample, 200))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse(src)
	}
}

const sample = `
@router.get("/auth/{provider}/login", response_model=Redirect)
async def login(provider: str, request: Request, db: Session = Depends(get_db)) -> RedirectResponse:
    """Begin to sign in."""
    state = secrets.token_urlsafe(32)
    states[state] = {"provider": provider, "created": time.time()}
    url = f"{AUTHORIZE}?client_id={settings.client_id}&state={state}"
    if not settings.client_id or provider not in PROVIDERS:
        raise HTTPException(status_code=400, detail="unknown provider")
    return RedirectResponse(url=url, status_code=302)
`
