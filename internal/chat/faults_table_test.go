package chat

import (
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// What each fault must come to. An answer that breaks off costs what the
// provider had counted by then, and no less than a token for three bytes of
// it; where nothing was counted, which is so with OpenAI's format until the
// last event, it costs what was set aside, and that for each request that was
// sent. A request that was refused costs nothing.

// threeCalls is what three requests cost of which nothing was counted.
const threeCalls = 3 * wholeCall

// The good answer that the network breaks, to its middle and to its end.
const (
	byAnthropicHalf  = "Given a registered user who has forgotten the password,\nwhen they request a reset,"
	byAnthropicWhole = byAnthropicHalf + " then a single-use link is e-mailed and expires after 30 minutes."
)

// nothing
var fatesOfAnthropic = map[string]fate{
	"anthropic/stream-max-tokens":               {state: ba.TurnTruncated, asked: 1, text: "1. The user opens the settings page\n2. The user", cost: 16},
	"anthropic/stream-max-tokens-tool":          {state: ba.TurnTruncated, asked: 1, cost: 24},
	"anthropic/stream-context-window":           {state: ba.TurnTruncated, asked: 1, text: "Summary of the first chapters:", cost: 880},
	"anthropic/stream-refusal":                  {state: ba.TurnRefused, asked: 1},
	"anthropic/stream-refusal-mid":              {state: ba.TurnRefused, asked: 1, text: "Here is an outline of the first step", cost: 11},
	"anthropic/error-401":                       {state: ba.TurnFailed, code: "provider_auth", asked: 1},
	"anthropic/error-403":                       {state: ba.TurnFailed, code: "provider_auth", asked: 1},
	"anthropic/error-402-billing":               {state: ba.TurnFailed, code: "provider_billing", asked: 1},
	"anthropic/error-404-model":                 {state: ba.TurnFailed, code: "provider_model", asked: 1},
	"anthropic/error-400-too-long":              {state: ba.TurnFailed, code: "context_too_long", asked: 1},
	"anthropic/error-400-invalid":               {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"anthropic/error-400-thinking-mode":         {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"anthropic/error-400-spend-limit":           {state: ba.TurnFailed, code: "provider_billing", asked: 1, wait: 28 * 24 * time.Hour},
	"anthropic/error-413":                       {state: ba.TurnFailed, code: "context_too_long", asked: 1},
	"anthropic/error-429":                       {state: ba.TurnFailed, code: "provider_rate_limited", asked: 3, wait: 17 * time.Second},
	"anthropic/error-429-spend-cap":             {state: ba.TurnFailed, code: "provider_billing", asked: 1, wait: 28 * 24 * time.Hour},
	"anthropic/error-500":                       {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"anthropic/error-504":                       {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"anthropic/error-529":                       {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"anthropic/error-502-html":                  {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"anthropic/stream-error-mid":                {state: ba.TurnFailed, code: "provider_overloaded", asked: 1, text: "Given a registered user", cost: 8},
	"anthropic/stream-error-first":              {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"anthropic/stream-cut":                      {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a registered", cost: 6},
	"anthropic/stream-eof":                      {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a registered", cost: 6},
	"anthropic/stream-hang":                     {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: "Given", cost: 2},
	"connection refused":                        {state: ba.TurnFailed, code: "provider_unreachable", asked: 3},
	"reset before the response":                 {state: ba.TurnFailed, code: "provider_unreachable", asked: 3, cost: threeCalls},
	"reset within the headers":                  {state: ba.TurnFailed, code: "provider_unreachable", asked: 3, cost: threeCalls},
	"reset at byte 0":                           {state: ba.TurnFailed, code: "provider_cut", asked: 3, cost: threeCalls},
	"reset at byte 40":                          {state: ba.TurnFailed, code: "provider_cut", asked: 3, cost: threeCalls},
	"reset after half of the events":            {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byAnthropicHalf, cost: 28},
	"reset within an event":                     {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byAnthropicHalf, cost: 28},
	"reset before the last event":               {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byAnthropicWhole, cost: 49},
	"slow loris: a header line every 20 s":      {state: ba.TurnFailed, code: "provider_silent", asked: 1, cost: wholeCall},
	"slow loris: a byte a minute, and no event": {state: ba.TurnFailed, code: "provider_silent", asked: 1, cost: wholeCall},
	"ten bytes a second, and the whole answer":  {state: ba.TurnComplete, asked: 1, text: byAnthropicWhole, cost: 38},
	"10 minutes of silence with pings":          {state: ba.TurnComplete, asked: 1, text: byAnthropicWhole, cost: 38},
	"an hour of silence with pings":             {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: byAnthropicHalf, cost: 28},
	"10 minutes of silence without":             {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: byAnthropicHalf, cost: 28},
	"invalid JSON first":                        {state: ba.TurnFailed, code: "provider_protocol", asked: 3, cost: threeCalls},
	"invalid JSON in the middle":                {state: ba.TurnFailed, code: "provider_protocol", asked: 1, text: byAnthropicHalf, cost: 28},
}

// The good answer that the network breaks, to its middle and to its end.
const (
	byGeminiHalf  = "Given a registered user who has forgotten the password, when they request a reset,"
	byGeminiWhole = byGeminiHalf + " then a single-use link is e-mailed."
)

var fatesOfGemini = map[string]fate{
	"gemini/stream-max-tokens":                  {state: ba.TurnTruncated, asked: 1, text: "1. The user opens the settings page\n2. The user", cost: 12},
	"gemini/stream-max-tokens-empty":            {state: ba.TurnTruncated, asked: 1, cost: 250},
	"gemini/stream-blocked-prompt":              {state: ba.TurnRefused, asked: 1},
	"gemini/stream-safety":                      {state: ba.TurnRefused, asked: 1, text: "The first step would be", cost: 5},
	"gemini/stream-recitation":                  {state: ba.TurnRefused, asked: 1},
	"gemini/stream-malformed-call":              {state: ba.TurnFailed, code: "provider_protocol", asked: 3},
	"gemini/error-400-key":                      {state: ba.TurnFailed, code: "provider_auth", asked: 1},
	"gemini/error-403":                          {state: ba.TurnFailed, code: "provider_auth", asked: 1},
	"gemini/error-404-model":                    {state: ba.TurnFailed, code: "provider_model", asked: 1},
	"gemini/error-400-location":                 {state: ba.TurnFailed, code: "provider_auth", asked: 1},
	"gemini/error-400-too-long":                 {state: ba.TurnFailed, code: "context_too_long", asked: 1},
	"gemini/error-400-signature":                {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"gemini/error-400-field":                    {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"gemini/error-429":                          {state: ba.TurnFailed, code: "provider_rate_limited", asked: 3, wait: 34400 * time.Millisecond},
	"gemini/error-429-daily":                    {state: ba.TurnFailed, code: "provider_billing", asked: 1},
	"gemini/error-429-plain":                    {state: ba.TurnFailed, code: "provider_rate_limited", asked: 3},
	"gemini/error-500":                          {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"gemini/error-503":                          {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"gemini/error-504":                          {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"gemini/stream-error-mid":                   {state: ba.TurnFailed, code: "provider_overloaded", asked: 1, text: "Given a registered user", cost: 8},
	"gemini/stream-error-mid-raw":               {state: ba.TurnFailed, code: "provider_overloaded", asked: 1, text: "Given a registered user", cost: 8},
	"gemini/stream-cut":                         {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a registered", cost: 6},
	"gemini/stream-eof":                         {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a registered", cost: 6},
	"gemini/stream-hang":                        {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: "Given", cost: 2},
	"connection refused":                        {state: ba.TurnFailed, code: "provider_unreachable", asked: 3},
	"reset before the response":                 {state: ba.TurnFailed, code: "provider_unreachable", asked: 3, cost: threeCalls},
	"reset within the headers":                  {state: ba.TurnFailed, code: "provider_unreachable", asked: 3, cost: threeCalls},
	"reset at byte 0":                           {state: ba.TurnFailed, code: "provider_cut", asked: 3, cost: threeCalls},
	"reset at byte 40":                          {state: ba.TurnFailed, code: "provider_cut", asked: 3, cost: threeCalls},
	"reset after half of the events":            {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byGeminiHalf, cost: 61},
	"reset within an event":                     {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byGeminiHalf, cost: 61},
	"reset before the last event":               {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byGeminiWhole, cost: 71},
	"slow loris: a header line every 20 s":      {state: ba.TurnFailed, code: "provider_silent", asked: 1, cost: wholeCall},
	"slow loris: a byte a minute, and no event": {state: ba.TurnFailed, code: "provider_silent", asked: 1, cost: wholeCall},
	"ten bytes a second, and the whole answer":  {state: ba.TurnComplete, asked: 1, text: byGeminiWhole, cost: 71},
	"10 minutes of silence with pings":          {state: ba.TurnComplete, asked: 1, text: byGeminiWhole, cost: 71},
	"an hour of silence with pings":             {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: byGeminiHalf, cost: 61},
	"10 minutes of silence without":             {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: byGeminiHalf, cost: 61},
	"invalid JSON first":                        {state: ba.TurnFailed, code: "provider_protocol", asked: 3, cost: threeCalls},
	"invalid JSON in the middle":                {state: ba.TurnFailed, code: "provider_protocol", asked: 1, text: byGeminiHalf, cost: 61},
}

// The good answer that the network breaks, to its middle and to its end.
const (
	byDeepSeekHalf  = "Given a registered user who has forgotten"
	byDeepSeekWhole = byDeepSeekHalf + " the password, when a reset is requested, then a single-use link is e-mailed."
)

var fatesOfOpenAI = map[string]fate{
	"deepseek/stream-length":                    {state: ba.TurnTruncated, asked: 1, text: "1. The user opens the settings page\n2. The user", cost: 16},
	"deepseek/stream-content-filter":            {state: ba.TurnRefused, asked: 1, text: "The first step", cost: 4},
	"deepseek/stream-insufficient-resource":     {state: ba.TurnFailed, code: "provider_overloaded", asked: 1, text: "Given a", cost: 3},
	"deepseek/error-401":                        {state: ba.TurnFailed, code: "provider_auth", asked: 1},
	"deepseek/error-402":                        {state: ba.TurnFailed, code: "provider_billing", asked: 1},
	"deepseek/error-400-too-long":               {state: ba.TurnFailed, code: "context_too_long", asked: 1},
	"deepseek/error-400-reasoning":              {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"deepseek/error-400-octet-stream":           {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"deepseek/error-422":                        {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"deepseek/error-429":                        {state: ba.TurnFailed, code: "provider_rate_limited", asked: 3},
	"deepseek/error-500":                        {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"deepseek/error-503":                        {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"deepseek/stream-error-mid":                 {state: ba.TurnFailed, code: "provider_overloaded", asked: 1, text: "Given a registered", cost: wholeCall},
	"deepseek/stream-cut":                       {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a registered", cost: wholeCall},
	"deepseek/stream-eof":                       {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a registered", cost: wholeCall},
	"deepseek/stream-hang":                      {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: "Given a registered", cost: wholeCall},
	"ollama/stream-length":                      {state: ba.TurnTruncated, asked: 1, text: "1. The user opens the", cost: 6},
	"ollama/stream-error-mid":                   {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a registered", cost: wholeCall},
	"ollama/stream-cut":                         {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: "Given a", cost: wholeCall},
	"ollama/error-404-model":                    {state: ba.TurnFailed, code: "provider_model", asked: 1},
	"ollama/error-400-tools":                    {state: ba.TurnFailed, code: "provider_model", asked: 1},
	"ollama/error-400-too-long":                 {state: ba.TurnFailed, code: "context_too_long", asked: 1},
	"ollama/error-400-empty":                    {state: ba.TurnFailed, code: "provider_request", asked: 1},
	"ollama/error-503-busy":                     {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"ollama/error-500":                          {state: ba.TurnFailed, code: "provider_model", asked: 1},
	"openai/stream-refusal":                     {state: ba.TurnRefused, asked: 1, text: "I can't help with that.", cost: 8},
	"openai/error-401":                          {state: ba.TurnFailed, code: "provider_auth", asked: 1},
	"openai/error-429":                          {state: ba.TurnFailed, code: "provider_rate_limited", asked: 3, wait: 1400 * time.Millisecond},
	"openai/error-429-quota":                    {state: ba.TurnFailed, code: "provider_billing", asked: 1},
	"openai/error-400-too-long":                 {state: ba.TurnFailed, code: "context_too_long", asked: 1},
	"openai/error-503":                          {state: ba.TurnFailed, code: "provider_overloaded", asked: 3},
	"openai/stream-error-mid":                   {state: ba.TurnFailed, code: "provider_overloaded", asked: 1, text: "Given a", cost: wholeCall},
	"connection refused":                        {state: ba.TurnFailed, code: "provider_unreachable", asked: 3},
	"reset before the response":                 {state: ba.TurnFailed, code: "provider_unreachable", asked: 3, cost: threeCalls},
	"reset within the headers":                  {state: ba.TurnFailed, code: "provider_unreachable", asked: 3, cost: threeCalls},
	"reset at byte 0":                           {state: ba.TurnFailed, code: "provider_cut", asked: 3, cost: threeCalls},
	"reset at byte 40":                          {state: ba.TurnFailed, code: "provider_cut", asked: 3, cost: threeCalls},
	"reset after half of the events":            {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byDeepSeekHalf, cost: wholeCall},
	"reset within an event":                     {state: ba.TurnFailed, code: "provider_cut", asked: 1, text: byDeepSeekHalf, cost: wholeCall},
	"reset before the last event":               {state: ba.TurnComplete, asked: 1, text: byDeepSeekWhole, cost: 31},
	"slow loris: a header line every 20 s":      {state: ba.TurnFailed, code: "provider_silent", asked: 1, cost: wholeCall},
	"slow loris: a byte a minute, and no event": {state: ba.TurnFailed, code: "provider_silent", asked: 1, cost: wholeCall},
	"ten bytes a second, and the whole answer":  {state: ba.TurnComplete, asked: 1, text: byDeepSeekWhole, cost: 31},
	"10 minutes of silence with pings":          {state: ba.TurnComplete, asked: 1, text: byDeepSeekWhole, cost: 31},
	"an hour of silence with pings":             {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: byDeepSeekHalf, cost: wholeCall},
	"10 minutes of silence without":             {state: ba.TurnFailed, code: "provider_silent", asked: 1, text: byDeepSeekHalf, cost: wholeCall},
	"invalid JSON first":                        {state: ba.TurnFailed, code: "provider_protocol", asked: 3, cost: threeCalls},
	"invalid JSON in the middle":                {state: ba.TurnFailed, code: "provider_protocol", asked: 1, text: byDeepSeekHalf, cost: wholeCall},
}
