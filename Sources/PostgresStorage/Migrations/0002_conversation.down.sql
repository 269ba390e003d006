DROP FUNCTION mneme.text_language, mneme.search_words, mneme.bigram_query;
DROP TABLE mneme.messages, mneme.forks, mneme.threads, mneme.channels;
