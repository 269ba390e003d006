/// The parameters of the model, as the forward pass wants them; immutable once made.
///
/// The linear layers are copied out of the file (43 MB), query, key and value as one matrix. The word vectors (47 MB),
/// of which a text touches a few rows, stay in the mapped file.
package struct EncoderWeights: Sendable {
    /// A linear layer, inputs x outputs, and a bias per output.
    ///
    /// The file has outputs x inputs. Turned round, BLAS packs the few rows of a query's products 15 % faster, and the
    /// many of a batch as fast (docs/encoder.md).
    package struct Linear: Sendable {
        package let weight: Matrix
        package let bias: Matrix
    }

    /// One transformer layer, in the order it is computed.
    package struct Layer: Sendable {
        /// Query, key and value, side by side.
        package let projections: Linear
        package let attentionOutput: Linear
        package let attentionNorm: LayerNorm
        package let expansion: Linear
        package let contraction: Linear
        package let outputNorm: LayerNorm
    }

    package let architecture: EncoderArchitecture
    /// Rows of the word vectors: one per token of the vocabulary.
    package let vocabularySize: Int
    package let words: FloatTensor
    /// The vector of each position plus that of token type 0, the only type a single text has.
    package let positions: Matrix
    package let embeddingNorm: LayerNorm
    package let layers: [Layer]
    /// A bias of zeros, for a step that has none.
    package let noBias: Matrix

    /// Reads the tensors under their names in the transformers library's BERT.
    ///
    /// Throws `unexpectedTensor`.
    package init(file: SafetensorsFile, architecture: EncoderArchitecture) throws(SentenceEncoderError) {
        let width = architecture.width
        self.architecture = architecture
        guard let vocabularySize = file.header.entries["embeddings.word_embeddings.weight"]?.shape.first else {
            throw SentenceEncoderError(.unexpectedTensor, "tensor embeddings.word_embeddings.weight is missing")
        }
        self.vocabularySize = vocabularySize
        words = try file.tensor("embeddings.word_embeddings.weight", shape: [vocabularySize, width])
        positions = try Self.positions(file, architecture)
        embeddingNorm = try Self.norm(file, "embeddings.LayerNorm", architecture)
        var layers: [Layer] = []
        var arena = Arena(count: architecture.layers * architecture.weightsPerLayer)
        for index in 0..<architecture.layers {
            layers.append(try Self.layer(file, "encoder.layer.\(index)", architecture, &arena))
        }
        self.layers = layers
        noBias = Matrix(rows: 1, columns: width)
    }

    private static func layer(
        _ file: SafetensorsFile,
        _ name: String,
        _ architecture: EncoderArchitecture,
        _ arena: inout Arena
    ) throws(SentenceEncoderError) -> Layer {
        let width = architecture.width
        let intermediate = architecture.intermediate
        let attention = ["query", "key", "value"].map { "\(name).attention.self.\($0)" }
        return Layer(
            projections: try linear(file, attention, &arena, outputs: width, inputs: width),
            attentionOutput: try linear(
                file,
                ["\(name).attention.output.dense"],
                &arena,
                outputs: width,
                inputs: width
            ),
            attentionNorm: try norm(file, "\(name).attention.output.LayerNorm", architecture),
            expansion: try linear(file, ["\(name).intermediate.dense"], &arena, outputs: intermediate, inputs: width),
            contraction: try linear(file, ["\(name).output.dense"], &arena, outputs: width, inputs: intermediate),
            outputNorm: try norm(file, "\(name).output.LayerNorm", architecture)
        )
    }

    /// The named layers, each of `outputs` outputs, as one.
    private static func linear(
        _ file: SafetensorsFile,
        _ names: [String],
        _ arena: inout Arena,
        outputs: Int,
        inputs: Int
    ) throws(SentenceEncoderError) -> Linear {
        let weight = arena.matrix(rows: inputs, columns: outputs * names.count)
        let bias = Matrix(rows: 1, columns: outputs * names.count)
        for (index, name) in names.enumerated() {
            let part = index * outputs..<(index + 1) * outputs
            let target = weight.window(rows: 0..<inputs, columns: part)
            copyTransposed(try file.tensor("\(name).weight", shape: [outputs, inputs]), to: target)
            copy(try file.tensor("\(name).bias", shape: [outputs]), to: bias.window(rows: 0..<1, columns: part))
        }
        return Linear(weight: weight, bias: bias)
    }

    private static func norm(
        _ file: SafetensorsFile,
        _ name: String,
        _ architecture: EncoderArchitecture
    ) throws(SentenceEncoderError) -> LayerNorm {
        let gain = Matrix(rows: 1, columns: architecture.width)
        let shift = Matrix(rows: 1, columns: architecture.width)
        copy(try file.tensor("\(name).weight", shape: [architecture.width]), to: gain)
        copy(try file.tensor("\(name).bias", shape: [architecture.width]), to: shift)
        return LayerNorm(gain: gain, shift: shift, epsilon: architecture.epsilon)
    }

    private static func positions(
        _ file: SafetensorsFile,
        _ architecture: EncoderArchitecture
    ) throws(SentenceEncoderError) -> Matrix {
        let width = architecture.width
        let name = "embeddings.position_embeddings.weight"
        let known = file.header.entries[name]?.shape.first ?? 0
        guard known >= architecture.maximumTokens else {
            throw SentenceEncoderError(.unexpectedTensor, "tensor \(name) has \(known) positions")
        }
        let places = try file.tensor(name, shape: [known, width])
        let types = try file.tensor("embeddings.token_type_embeddings.weight", shape: [2, width])
        let sums = Matrix(rows: architecture.maximumTokens, columns: width)
        let type = Matrix(rows: 1, columns: width)
        type.withRow(0) { types.copyRow(0, to: &$0) }
        for row in 0..<sums.rows {
            sums.withRow(row) { places.copyRow(row, to: &$0) }
        }
        ActivationKernels.best.addBias(type, to: sums)
        return sums
    }

    private static func copy(_ tensor: FloatTensor, to target: Matrix) {
        precondition(tensor.rows == target.rows && tensor.columns == target.columns)
        for row in 0..<tensor.rows {
            target.withRow(row) { tensor.copyRow(row, to: &$0) }
        }
    }

    /// Row r of the tensor becomes column r, in blocks of rows that fill a cache line of the target.
    private static func copyTransposed(_ tensor: FloatTensor, to target: Matrix) {
        precondition(tensor.rows == target.columns && tensor.columns == target.rows)
        let block = Matrix(rows: 16, columns: tensor.columns)
        for first in stride(from: 0, to: tensor.rows, by: block.rows) {
            let rows = 0..<min(block.rows, tensor.rows - first)
            for row in rows { block.withRow(row) { tensor.copyRow(first + row, to: &$0) } }
            block.copyTransposed(rows, to: target.window(rows: 0..<target.rows, columns: first..<first + rows.count))
        }
    }
}

/// One block of memory for all large matrices, in the order in which they are read: few page table entries.
private struct Arena {
    private let storage: FloatStorage
    private var used = 0

    init(count: Int) {
        storage = FloatStorage(count: count)
    }

    mutating func matrix(rows: Int, columns: Int) -> Matrix {
        defer { used += rows * columns }
        return Matrix(storage: storage, start: used, rows: rows, columns: columns)
    }
}
