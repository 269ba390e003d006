// The activation kernels over vectors of LANES floats, as clang vector extensions: included once by each
// activation_<set>.c, which sets LANES and the target attribute, so that one text serves every instruction set.

#include "activation.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

typedef float lanes __attribute__((vector_size(LANES * 4)));
typedef int32_t int_lanes __attribute__((vector_size(LANES * 4)));

// Always inlined: a vector never crosses a function boundary, so the calling convention plays no part.
#define INLINE static inline __attribute__((always_inline))

INLINE lanes splat(float value) {
    return value - (lanes){0};
}

INLINE lanes load(const float *from) {
    lanes value;
    memcpy(&value, from, sizeof value);
    return value;
}

INLINE void store(float *to, lanes value) {
    memcpy(to, &value, sizeof value);
}

// The first `count` floats, the rest `filler`: a tail can be computed on like a whole vector.
INLINE lanes load_part(const float *from, size_t count, float filler) {
    lanes value = splat(filler);
    for (size_t i = 0; i < count; i++) value[i] = from[i];
    return value;
}

INLINE void store_part(float *to, size_t count, lanes value) {
    for (size_t i = 0; i < count; i++) to[i] = value[i];
}

INLINE lanes fused(lanes a, lanes b, lanes c) {
    return __builtin_elementwise_fma(a, b, c);
}

INLINE lanes maximum(lanes a, lanes b) {
    return __builtin_elementwise_max(a, b);
}

INLINE lanes minimum(lanes a, lanes b) {
    return __builtin_elementwise_min(a, b);
}

INLINE float sum_of(lanes value) {
    float sum = 0;
    for (int i = 0; i < LANES; i++) sum += value[i];
    return sum;
}

INLINE float largest_of(lanes value) {
    return __builtin_reduce_max(value);
}

// e^x for x <= 0, within 2 ulp: x = n ln 2 + r with |r| <= ln(2)/2, e^r as a polynomial (weighted least squares over
// Chebyshev points, relative error 3.1e-9 before rounding), 2^n through the exponent bits. Below -87 it is 2^-126.
INLINE lanes exp_of_negative(lanes x) {
    const lanes magic = splat(12582912.0f);  // 1.5 * 2^23: adding it rounds to the nearest integer
    x = maximum(x, splat(-87.0f));
    const lanes rounded = fused(x, splat(1.44269504088896341f), magic);
    const lanes n = rounded - magic;
    lanes r = fused(n, splat(-0.693145751953125f), x);
    r = fused(n, splat(-1.42860682030941723e-6f), r);
    lanes p = splat(0.0013814466f);
    p = fused(p, r, splat(0.008368781f));
    p = fused(p, r, splat(0.041668393f));
    p = fused(p, r, splat(0.1666652f));
    p = fused(p, r, splat(0.49999994f));
    p = fused(p, r, splat(1.0f));
    p = fused(p, r, splat(1.0f));
    int_lanes bits;
    memcpy(&bits, &rounded, sizeof bits);
    bits = (bits << 23) + 0x3f800000;  // the low bits of `rounded` are n
    lanes power;
    memcpy(&power, &bits, sizeof power);
    return p * power;
}

// erf(x / sqrt 2), within 4e-7: x P(x^2) / Q(x^2) on |x| <= 5.6 (weighted minimax fit, error 5e-8 before rounding).
// One ulp is added at the end so that beyond 5.6 it is exactly 1: GELU of a large negative number is then 0.
INLINE lanes erf_of_root_half(lanes x) {
    x = minimum(maximum(x, splat(-5.6f)), splat(5.6f));
    const lanes t = x * x;
    lanes p = splat(2.1599522e-10f);
    p = fused(p, t, splat(-4.3949903e-08f));
    p = fused(p, t, splat(6.70826e-06f));
    p = fused(p, t, splat(0.00036385236f));
    p = fused(p, t, splat(0.009168655f));
    p = fused(p, t, splat(0.0741275f));
    p = fused(p, t, splat(0.7978843f));
    lanes q = splat(6.6052235e-05f);
    q = fused(q, t, splat(0.0018984886f));
    q = fused(q, t, splat(0.029757425f));
    q = fused(q, t, splat(0.25956926f));
    q = fused(q, t, splat(1.0f));
    const lanes erf = x * p / q * splat(1.00000011920928955f);
    return minimum(maximum(erf, splat(-1.0f)), splat(1.0f));
}

INLINE lanes gelu(lanes x) {
    const lanes half = x * 0.5f;
    return fused(half, erf_of_root_half(x), half);
}

static void add_bias(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias) {
    const size_t whole = columns - columns % LANES;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        for (size_t c = 0; c < whole; c += LANES) store(row + c, load(row + c) + load(bias + c));
        for (size_t c = whole; c < columns; c++) row[c] += bias[c];
    }
}

static void add_bias_gelu(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias) {
    const size_t whole = columns - columns % LANES;
    const size_t rest = columns - whole;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        for (size_t c = 0; c < whole; c += LANES) store(row + c, gelu(load(row + c) + load(bias + c)));
        if (rest) {
            const lanes x = load_part(row + whole, rest, 0) + load_part(bias + whole, rest, 0);
            store_part(row + whole, rest, gelu(x));
        }
    }
}

static void add_bias_layer_norm(
    float *rows, size_t row_count, size_t columns, size_t stride, const float *bias, const float *gain,
    const float *shift, float epsilon
) {
    const size_t whole = columns - columns % LANES;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        lanes sums = splat(0);
        for (size_t c = 0; c < whole; c += LANES) {
            const lanes x = load(row + c) + load(bias + c);
            store(row + c, x);
            sums += x;
        }
        float sum = sum_of(sums);
        for (size_t c = whole; c < columns; c++) sum += row[c] += bias[c];
        const float mean = sum / (float)columns;

        lanes squares = splat(0);
        for (size_t c = 0; c < whole; c += LANES) {
            const lanes distance = load(row + c) - mean;
            squares = fused(distance, distance, squares);
        }
        float square = sum_of(squares);
        for (size_t c = whole; c < columns; c++) square += (row[c] - mean) * (row[c] - mean);
        const float inverse = 1.0f / sqrtf(square / (float)columns + epsilon);

        for (size_t c = 0; c < whole; c += LANES) {
            const lanes scaled = (load(row + c) - mean) * inverse;
            store(row + c, fused(scaled, load(gain + c), load(shift + c)));
        }
        for (size_t c = whole; c < columns; c++) row[c] = (row[c] - mean) * inverse * gain[c] + shift[c];
    }
}

static void scaled_softmax(float *rows, size_t row_count, size_t columns, size_t stride, float scale) {
    const size_t whole = columns - columns % LANES;
    const size_t rest = columns - whole;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        lanes tail = load_part(row + whole, rest, -INFINITY);
        lanes peaks = tail;
        for (size_t c = 0; c < whole; c += LANES) peaks = maximum(peaks, load(row + c));
        const float largest = largest_of(peaks);

        lanes sums = splat(0);
        for (size_t c = 0; c < whole; c += LANES) {
            const lanes power = exp_of_negative((load(row + c) - largest) * scale);
            store(row + c, power);
            sums += power;
        }
        float sum = sum_of(sums);
        tail = exp_of_negative((tail - largest) * scale);
        for (size_t i = 0; i < rest; i++) sum += tail[i];

        const float inverse = 1.0f / sum;
        for (size_t c = 0; c < whole; c += LANES) store(row + c, load(row + c) * inverse);
        store_part(row + whole, rest, tail * inverse);
    }
}
