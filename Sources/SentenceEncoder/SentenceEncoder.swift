import Dispatch
import Synchronization

/// Turns texts into sentence vectors with all-MiniLM-L6-v2: WordPiece, six BERT layers, mean pooling, length 1.
///
/// `encode` computes on the calling thread until it is done. Call it from a thread of your own, never from Swift's
/// cooperative pool or an event loop. One encoder serves any number of threads: the weights are shared and never
/// change, and each concurrent call borrows a workspace (7 MB a thread) that is kept for the next one.
public final class SentenceEncoder: Sendable {
    /// Numbers per vector.
    public var dimensions: Int { weights.architecture.width }
    /// Tokens per text, with [CLS] and [SEP]; longer texts are cut off and reported as truncated.
    public var maximumTokens: Int { weights.architecture.maximumTokens }

    private let tokenizer: WordPieceTokenizer
    private let weights: EncoderWeights
    private let workspaces: WorkspacePool

    /// Opens `model.safetensors` and `vocab.txt` in `modelDirectory` and checks them against each other.
    ///
    /// The weights file stays mapped: replace it by renaming a new file over it, never by writing into it.
    public convenience init(modelDirectory: String) throws(SentenceEncoderError) {
        let vocabulary = try Vocabulary(contentsOf: "\(modelDirectory)/vocab.txt")
        let file = try SafetensorsFile(path: "\(modelDirectory)/model.safetensors")
        try self.init(weights: EncoderWeights(file: file, architecture: .miniLM), vocabulary: vocabulary)
    }

    package init(weights: EncoderWeights, vocabulary: Vocabulary) throws(SentenceEncoderError) {
        guard vocabulary.count <= weights.vocabularySize else {
            throw SentenceEncoderError(
                .mismatchedVocabulary,
                "the vocabulary has \(vocabulary.count) tokens, the weights have \(weights.vocabularySize)"
            )
        }
        self.weights = weights
        tokenizer = WordPieceTokenizer(vocabulary: vocabulary)
        workspaces = WorkspacePool(architecture: weights.architecture, maximumTokens: PackedBatch.maximumTokens)
        MatrixProduct.useOneThreadPerCall()
    }

    /// Encodes each text, in order, with up to `threads` threads of which the caller is one.
    ///
    /// Blocks until done. The result for a text does not depend on the other texts beyond rounding. Throws `invalidArgument` if `threads`
    /// is not positive, `nonFiniteVector` if the weights are damaged.
    public func encode(_ texts: [String], threads: Int = 1) throws(SentenceEncoderError) -> [Encoding] {
        guard threads > 0 else { throw SentenceEncoderError(.invalidArgument, "threads is \(threads)") }
        if texts.isEmpty { return [] }
        let sequences = tokens(of: texts, threads: min(threads, texts.count))
        let batches = PackedBatch.pack(lengths: sequences.map(\.ids.count), threads: threads)
        let finished = Mutex([(batch: PackedBatch, vectors: Result<[[Float]], SentenceEncoderError>)]())
        share(batches.count, among: threads) { index in
            let batch = batches[index]
            let vectors = Result { () throws(SentenceEncoderError) in try encode(batch, of: sequences) }
            finished.withLock { $0.append((batch, vectors)) }
        }
        var encodings = sequences.map { Encoding(vector: [], tokenCount: $0.ids.count, truncated: $0.truncated) }
        for (batch, vectors) in finished.withLock({ $0 }) {
            for (text, vector) in zip(batch.members, try vectors.get()) {
                let sequence = sequences[text]
                encodings[text] = Encoding(
                    vector: vector,
                    tokenCount: sequence.ids.count,
                    truncated: sequence.truncated
                )
            }
        }
        return encodings
    }

    /// Counts the tokens of a text as `encode` would, without encoding it.
    public func countTokens(_ text: String) -> (count: Int, truncated: Bool) {
        let sequence = tokenizer.tokens(of: text, limit: maximumTokens)
        return (sequence.ids.count, sequence.truncated)
    }

    private func tokens(of texts: [String], threads: Int) -> [TokenSequence] {
        let limit = maximumTokens
        let slice = max(16, (texts.count + threads - 1) / threads)
        let slices = (texts.count + slice - 1) / slice
        let found = Mutex([Int: [TokenSequence]]())
        share(slices, among: threads) { index in
            let sequences = texts[index * slice..<min(texts.count, (index + 1) * slice)].map {
                tokenizer.tokens(of: $0, limit: limit)
            }
            found.withLock { $0[index] = sequences }
        }
        let bySlice = found.withLock { $0 }
        return (0..<slices).flatMap { bySlice[$0] ?? [] }
    }

    private func encode(
        _ batch: PackedBatch,
        of sequences: [TokenSequence]
    ) throws(SentenceEncoderError) -> [[Float]] {
        let workspace = workspaces.borrow()
        defer { workspaces.giveBack(workspace) }
        return try ForwardPass(weights: weights, workspace: workspace).run(batch.members.map { sequences[$0].ids })
    }

    /// Runs `work` for 0 ..< `count`; each thread takes the next number until none is left.
    private func share(_ count: Int, among threads: Int, work: @Sendable (Int) -> Void) {
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                work(index)
            }
        }
    }
}
