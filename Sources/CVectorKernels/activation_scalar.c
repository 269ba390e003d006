#include "activation.h"

#include <math.h>

static void add_bias(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias) {
    for (size_t r = 0; r < row_count; r++)
        for (size_t c = 0; c < columns; c++) rows[r * stride + c] += bias[c];
}

static void add_bias_gelu(float *rows, size_t row_count, size_t columns, size_t stride, const float *bias) {
    const float root_half = 0.70710678118654752f;
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        for (size_t c = 0; c < columns; c++) {
            float x = row[c] + bias[c];
            row[c] = 0.5f * x * (1.0f + erff(x * root_half));
        }
    }
}

static void add_bias_layer_norm(
    float *rows, size_t row_count, size_t columns, size_t stride, const float *bias, const float *gain,
    const float *shift, float epsilon
) {
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        double sum = 0;
        for (size_t c = 0; c < columns; c++) {
            row[c] += bias[c];
            sum += row[c];
        }
        const double mean = sum / (double)columns;
        double squares = 0;
        for (size_t c = 0; c < columns; c++) {
            const double distance = row[c] - mean;
            squares += distance * distance;
        }
        const double inverse = 1.0 / sqrt(squares / (double)columns + epsilon);
        for (size_t c = 0; c < columns; c++) row[c] = (float)((row[c] - mean) * inverse) * gain[c] + shift[c];
    }
}

static void scaled_softmax(float *rows, size_t row_count, size_t columns, size_t stride, float scale) {
    for (size_t r = 0; r < row_count; r++) {
        float *row = rows + r * stride;
        float largest = row[0];
        for (size_t c = 1; c < columns; c++) largest = fmaxf(largest, row[c]);
        double sum = 0;
        for (size_t c = 0; c < columns; c++) {
            row[c] = expf((row[c] - largest) * scale);
            sum += row[c];
        }
        const float inverse = (float)(1.0 / sum);
        for (size_t c = 0; c < columns; c++) row[c] *= inverse;
    }
}

static const mneme_activation_kernels kernels = {
    "scalar", add_bias, add_bias_gelu, add_bias_layer_norm, scaled_softmax,
};

const mneme_activation_kernels *mneme_activation_scalar(void) { return &kernels; }
