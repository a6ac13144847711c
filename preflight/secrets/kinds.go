package secrets

// Kind is a family of secrets that are rotated in the same place.
type Kind struct {
	ID   string
	Name string
	// Page is where the secret is replaced; empty where that is your own server.
	Page string
	// Steps are the rotation steps in order, each one a sentence.
	Steps []string
	// rules are the ids of the secret library, and of ours, that find it.
	rules []string
	// names are parts of variable names that mean this kind, in upper case.
	names []string
}

const (
	newThenOld = "Create a new one, set it as a variable on the platform, redeploy, then delete the old one."
	readLogs   = "Read the provider's usage and audit log since the first commit that shows the secret."
)

// Kinds lists the families that rotation steps are known for. The last one is
// the fallback.
func Kinds() []Kind { return kinds[:] }

var kinds = [...]Kind{
	{ID: "google-oauth", Name: "Google OAuth client secret", Page: "https://console.cloud.google.com/apis/credentials",
		Steps: []string{"Open the OAuth client, add a second client secret, and set it as a variable on the platform.", "Redeploy, sign in once, then disable and delete the old secret.", readLogs},
		rules: []string{"preflight-google-oauth-secret"}, names: []string{"GOOGLE_CLIENT_SECRET", "GOOGLE_OAUTH", "GOOGLE_SECRET"}},
	{ID: "google-service-account", Name: "Google service account key", Page: "https://console.cloud.google.com/iam-admin/serviceaccounts",
		Steps: []string{"Create a new key for the service account, or better use workload identity and no key.", "Delete the old key; it stops working within minutes.", readLogs},
		rules: []string{"gcp-service-account", "gcp-application-default-credentials"}},
	{ID: "google-api", Name: "Google API key", Page: "https://console.cloud.google.com/apis/credentials",
		Steps: []string{"Create a new key, restricted to the APIs it needs and to your server or site.", "Set it, redeploy, then delete the old key."},
		rules: []string{"gcp-api-key", "gcp-gemini-api"}, names: []string{"GOOGLE_API_KEY", "GEMINI"}},
	{ID: "microsoft", Name: "Microsoft (Entra, Azure) client secret", Page: "https://entra.microsoft.com",
		Steps: []string{"App registrations, your app, Certificates and secrets: add a client secret and copy its value (not its ID).", "Set it, redeploy, sign in once, then delete the old one.", "Read the sign-in log of the app."},
		rules: []string{"azure-ad-client-secret", "preflight-azure-client-secret", "azure-storage-account-key", "azure-servicebus-connection-string", "azure-app-configuration-connection-string"},
		names: []string{"MICROSOFT", "AZURE", "ENTRA", "MSAL"}},
	{ID: "anthropic", Name: "Anthropic API key", Page: "https://console.anthropic.com/settings/keys",
		Steps: []string{newThenOld, "Set a monthly limit on the workspace of the new key.", readLogs},
		rules: []string{"anthropic-api-key", "anthropic-admin-api-key", "preflight-anthropic-key"}, names: []string{"ANTHROPIC", "CLAUDE"}},
	{ID: "openai", Name: "OpenAI API key", Page: "https://platform.openai.com/api-keys",
		Steps: []string{newThenOld, "Set a budget on the project of the new key.", readLogs},
		rules: []string{"openai-api-key"}, names: []string{"OPENAI"}},
	{ID: "deepseek", Name: "DeepSeek API key", Page: "https://platform.deepseek.com/api_keys",
		Steps: []string{newThenOld, readLogs}, rules: []string{"deepseek-api-key"}, names: []string{"DEEPSEEK"}},
	{ID: "ai-provider", Name: "AI provider key", Page: "",
		Steps: []string{"Open the provider's page of API keys. " + newThenOld, readLogs},
		rules: []string{"groq-api-key", "xai-api-key", "perplexity-api-key", "openrouter-api-key", "huggingface-access-token", "huggingface-organization-api-token", "replicate-api-token", "nvidia-api-key", "togetherai-api-key", "cerebras-api-key", "langchain-langsmith-personal-access-token", "langchain-langsmith-service-key", "pinecone-api-key.2"},
		names: []string{"GROQ", "XAI", "MISTRAL", "COHERE", "HUGGINGFACE", "HF_TOKEN", "REPLICATE", "OPENROUTER", "PERPLEXITY", "PINECONE", "ELEVENLABS"}},
	{ID: "github", Name: "GitHub token", Page: "https://github.com/settings/tokens",
		Steps: []string{"Delete the token at once; GitHub shows there when it was last used.", "Create a fine-grained one with the least rights and an expiry date, and set it where it is used.", "Read the security log of the account or organisation."},
		rules: []string{"github-pat", "github-fine-grained-pat", "github-oauth", "github-app-token", "github-refresh-token"}, names: []string{"GITHUB", "GH_TOKEN"}},
	{ID: "gitlab", Name: "GitLab token", Page: "https://gitlab.com/-/user_settings/personal_access_tokens",
		Steps: []string{"Revoke the token.", "Create one with the least scopes and an expiry date."},
		rules: []string{"gitlab-pat", "gitlab-pat-routable", "gitlab-pat-routable-versioned", "gitlab-deploy-token", "gitlab-ptt", "gitlab-rrt", "gitlab-runner-authentication-token", "gitlab-runner-authentication-token-routable", "gitlab-oauth-app-secret"}, names: []string{"GITLAB"}},
	{ID: "stripe", Name: "Stripe key", Page: "https://dashboard.stripe.com/apikeys",
		Steps: []string{"Roll the key in the dashboard; choose 'now' as the expiry of the old one when it was public.", "Set the new key, redeploy.", "Look through payments, payouts and the request log."},
		rules: []string{"stripe-access-token", "preflight-stripe-webhook"}, names: []string{"STRIPE"}},
	{ID: "aws", Name: "AWS access key", Page: "https://console.aws.amazon.com/iam/home#/security_credentials",
		Steps: []string{"Create a second access key for the user, set it, redeploy, then deactivate and delete the old one.", "Better: give the service a role, and no key.", "Read CloudTrail for the old key id, and look for unknown users, roles and machines in every region."},
		rules: []string{"aws-access-token", "aws-amazon-bedrock-api-key-long-lived"}, names: []string{"AWS", "S3_SECRET"}},
	{ID: "slack", Name: "Slack token or webhook", Page: "https://api.slack.com/apps",
		Steps: []string{"Open the app, revoke its tokens (or remove the webhook), and install it again.", "Set the new token, redeploy."},
		rules: []string{"slack-bot-token", "slack-user-token", "slack-app-token", "slack-webhook-url", "slack-config-access-token", "slack-config-refresh-token", "slack-legacy-bot-token", "slack-legacy-token", "slack-session-token"}, names: []string{"SLACK"}},
	{ID: "mail", Name: "E-mail provider key", Page: "",
		Steps: []string{"Open the provider's page of API keys. " + newThenOld, "Look for mail that you did not send."},
		rules: []string{"sendgrid-api-token", "mailersend-api-token", "sendinblue-api-token", "mailchimp-api-key", "mailgun-private-api-token", "preflight-resend-key"}, names: []string{"SENDGRID", "MAILGUN", "RESEND", "SMTP", "MAIL", "POSTMARK", "BREVO"}},
	{ID: "chat-bot", Name: "Bot token", Page: "",
		Steps: []string{"Telegram: /revoke at @BotFather. Discord: reset the token in the developer portal.", "Set the new token, redeploy."},
		rules: []string{"telegram-bot-api-token", "discord-api-token", "discord-client-secret"}, names: []string{"TELEGRAM", "DISCORD", "BOT_TOKEN"}},
	{ID: "twilio", Name: "Twilio key", Page: "https://console.twilio.com/us1/account/keys-credentials/api-keys",
		Steps: []string{newThenOld, readLogs}, names: []string{"TWILIO"}},
	{ID: "supabase", Name: "Supabase secret or service-role key", Page: "https://supabase.com/dashboard/project/_/settings/api-keys",
		Steps: []string{"Create a new secret key and delete the old; for a service_role key, rotate the JWT secret, which also ends all sessions.", "Set the new key on the server only, redeploy.", "It passes every row-level rule: treat the data as read."},
		rules: []string{"supabase-management-token", "preflight-supabase-secret"}, names: []string{"SUPABASE"}},
	{ID: "registry", Name: "Package registry token", Page: "",
		Steps: []string{"Revoke the token on the registry's account page.", "Look for releases that you did not make.", "Use trusted publishing from CI, and no token."},
		rules: []string{"npm-access-token", "pypi-upload-token", "rubygems-api-token", "dockerhub-personal-access-token", "dockerhub-organization-access-token", "clojars-api-token"}, names: []string{"NPM_TOKEN", "PYPI", "TWINE", "DOCKERHUB"}},
	{ID: "hosting", Name: "Hosting or infrastructure token", Page: "",
		Steps: []string{"Revoke the token on the host's account page, then create one with the least rights.", "Look for services, machines and DNS records that you did not make."},
		rules: []string{"digitalocean-pat", "digitalocean-access-token", "digitalocean-refresh-token", "flyio-access-token", "heroku-api-key-v2", "render-api-key", "vercel-personal-access-token", "vercel-integration-token", "vercel-app-access-token", "planetscale-password", "planetscale-oauth-token", "neon-api-key", "pulumi-api-token", "doppler-api-token", "databricks-api-token", "vault-batch-token", "cloudflare-origin-ca-key", "tailscale-api-key.1", "hashicorp-tf-api-token", "grafana-service-account-token", "grafana-cloud-api-token", "sentry-user-token", "sentry-org-token", "1password-service-account-token", "age-secret-key"},
		names: []string{"RAILWAY_TOKEN", "RENDER_API", "FLY_API_TOKEN", "HEROKU", "CLOUDFLARE", "DIGITALOCEAN", "VERCEL", "NETLIFY"}},
	{ID: "saas", Name: "API token of another service", Page: "",
		Steps: []string{"Open the service's page of API tokens. " + newThenOld, readLogs},
		rules: []string{"shopify-access-token", "shopify-custom-access-token", "shopify-private-app-access-token", "shopify-shared-secret", "square-access-token", "notion-api-token", "linear-api-key", "airtable-personnal-access-token", "postman-api-token", "figma-personal-access-token", "easypost-api-token", "paddle-live-api-key", "posthog-personal-api-key", "unkey-root-key.1"}},
	{ID: "database", Name: "Database password", Page: "",
		Steps: []string{"Change the password of the database user (managed databases: 'rotate credentials' in the dashboard).", "Set the new connection string, redeploy.", "Allow connections only from the platform, and look through the database's users and log."},
		rules: []string{"preflight-database-url"}, names: []string{"DATABASE_URL", "DB_PASS", "POSTGRES_PASSWORD", "PGPASSWORD", "MYSQL", "MONGO", "REDIS", "AMQP"}},
	{ID: "fernet", Name: "Encryption key (Fernet, AES)", Page: "",
		Steps: []string{"Make a new key and keep the old one readable: MultiFernet([new, old]) or the same in your library.", "Re-encrypt what is stored, then drop the old key.", "A copy of the database from before remains readable with the leaked key."},
		names: []string{"FERNET", "ENCRYPTION_KEY", "MASTER_KEY", "AES_KEY", "FIELD_KEY"}},
	{ID: "signing", Name: "Session or token signing key", Page: "",
		Steps: []string{"Make a new one: openssl rand -hex 32", "Set it on the platform and redeploy: every user signs in again.", "Whoever had the old key could sign in as anybody: read the access log."},
		rules: []string{}, names: []string{"JWT", "SECRET_KEY", "SESSION_SECRET", "COOKIE_SECRET", "AUTH_SECRET", "SIGNING_KEY", "APP_KEY", "APP_SECRET"}},
	{ID: "private-key", Name: "Private key", Page: "",
		Steps: []string{"Make a new key pair and replace the public key everywhere (authorized_keys, certificate, app registration).", "Ask the certificate authority to revoke the certificate, where it was for one."},
		rules: []string{"private-key"}, names: []string{"PRIVATE_KEY", "SSH_KEY"}},
	{ID: "other", Name: "Secret", Page: "",
		Steps: []string{"Find out what it opens. " + newThenOld, "Read the log of whatever it opens."}},
}
