// What Swift cannot call of libcurl itself: the variadic functions, one typed function for each kind of argument.
#ifndef MNEME_CLIBCURL_H
#define MNEME_CLIBCURL_H

#include <curl/curl.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef size_t (*mneme_curl_data_callback)(char *_Nonnull bytes, size_t size, size_t count, void *_Nullable context);
typedef curl_socket_t (*mneme_curl_open_socket_callback)(void *_Nullable context, curlsocktype purpose,
                                                         struct curl_sockaddr *_Nonnull address);

CURLcode mneme_curl_easy_set_long(CURL *_Nonnull handle, CURLoption option, long value);
CURLcode mneme_curl_easy_set_offset(CURL *_Nonnull handle, CURLoption option, curl_off_t value);
/// libcurl copies the string, except for CURLOPT_POSTFIELDS, which must not be set this way.
CURLcode mneme_curl_easy_set_string(CURL *_Nonnull handle, CURLoption option, const char *_Nullable value);
/// For CURLOPT_COPYPOSTFIELDS after CURLOPT_POSTFIELDSIZE_LARGE, and for pointers that libcurl only hands back.
CURLcode mneme_curl_easy_set_pointer(CURL *_Nonnull handle, CURLoption option, const void *_Nullable value);
CURLcode mneme_curl_easy_set_headers(CURL *_Nonnull handle, struct curl_slist *_Nullable headers);
CURLcode mneme_curl_easy_set_body_callback(CURL *_Nonnull handle, mneme_curl_data_callback _Nonnull callback,
                                           void *_Nullable context);
CURLcode mneme_curl_easy_set_header_callback(CURL *_Nonnull handle, mneme_curl_data_callback _Nonnull callback,
                                             void *_Nullable context);
CURLcode mneme_curl_easy_set_open_socket_callback(CURL *_Nonnull handle, mneme_curl_open_socket_callback _Nonnull callback,
                                                  void *_Nullable context);
CURLcode mneme_curl_easy_get_long(CURL *_Nonnull handle, CURLINFO info, long *_Nonnull value);
CURLMcode mneme_curl_multi_set_long(CURLM *_Nonnull handle, CURLMoption option, long value);
/// The easy handle of the next finished transfer and its result, or null when there is none.
CURL *_Nullable mneme_curl_multi_next_finished(CURLM *_Nonnull handle, CURLcode *_Nonnull result);

#ifdef __cplusplus
}
#endif

#endif
