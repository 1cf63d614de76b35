// Calls no serve.
