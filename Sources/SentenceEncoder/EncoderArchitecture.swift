/// The sizes of a BERT-type encoder, which its weights must match (Devlin and others 2018).
package struct EncoderArchitecture: Sendable, Equatable {
    /// Numbers per token, and per sentence vector.
    package let width: Int
    /// Attention layers.
    package let layers: Int
    /// Attention heads per layer.
    package let heads: Int
    /// Numbers per token between the two feed-forward products.
    package let intermediate: Int
    /// Added to each variance by layer normalisation.
    package let epsilon: Float
    /// Tokens per text, with [CLS] and [SEP]; what comes after is cut off.
    package let maximumTokens: Int

    /// Numbers per attention head.
    package var headWidth: Int { width / heads }

    /// Numbers in the matrices of one layer: four of attention, two of the feed-forward step.
    package var weightsPerLayer: Int { 4 * width * width + 2 * width * intermediate }

    /// all-MiniLM-L6-v2, with the 256 tokens of its sentence-transformers configuration.
    package static let miniLM = EncoderArchitecture(
        width: 384,
        layers: 6,
        heads: 12,
        intermediate: 1536,
        epsilon: 1e-12,
        maximumTokens: 256
    )
}
