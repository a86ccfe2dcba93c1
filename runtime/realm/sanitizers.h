// Which sanitizers this build runs under.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PALATINE_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define PALATINE_TSAN 1
#endif
#endif
