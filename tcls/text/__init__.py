"""Pure text: cleaning, masks, language, passages, tokens."""
