/// One batch of token sequences through the model, to one sentence vector each.
package struct ForwardPass: Sendable {
    private let weights: EncoderWeights
    private let workspace: Workspace
    private let kernels: ActivationKernels

    package init(weights: EncoderWeights, workspace: Workspace, kernels: ActivationKernels = .best) {
        self.weights = weights
        self.workspace = workspace
        self.kernels = kernels
    }

    /// Encodes the sequences, which together fit the workspace.
    ///
    /// Throws `nonFiniteVector`.
    package func run(_ sequences: [[Int32]]) throws(SentenceEncoderError) -> [[Float]] {
        let texts = spans(of: sequences)
        let tokens = 0..<(texts.last?.upperBound ?? 0)
        let states = workspace.states.window(rows: tokens)
        embed(sequences, texts, into: states)
        for layer in weights.layers {
            attend(layer, states, texts)
            expandAndContract(layer, states)
        }
        var vectors: [[Float]] = []
        vectors.reserveCapacity(texts.count)
        for text in texts {
            vectors.append(try Pooling.sentenceVector(of: states.window(rows: text)))
        }
        return vectors
    }

    /// The rows that each sequence has in the packed matrices.
    private func spans(of sequences: [[Int32]]) -> [Range<Int>] {
        var start = 0
        return sequences.map { sequence in
            defer { start += sequence.count }
            return start..<start + sequence.count
        }
    }

    private func embed(_ sequences: [[Int32]], _ texts: [Range<Int>], into states: Matrix) {
        for (sequence, rows) in zip(sequences, texts) {
            for (position, token) in sequence.enumerated() {
                let row = rows.lowerBound + position
                states.withRow(row) { weights.words.copyRow(Int(token), to: &$0) }
                kernels.addBias(
                    weights.positions.window(rows: position..<position + 1),
                    to: states.window(rows: row..<row + 1)
                )
            }
        }
        kernels.addBiasThenNormalize(weights.noBias, to: states, by: weights.embeddingNorm)
    }

    /// Self-attention (Vaswani and others 2017), added to the states, then normalised.
    private func attend(_ layer: EncoderWeights.Layer, _ states: Matrix, _ texts: [Range<Int>]) {
        let rows = 0..<states.rows
        let projections = workspace.projections.window(rows: rows)
        let gathered = workspace.gathered.window(rows: rows)
        MatrixProduct.multiply(states, layer.projections.weight, .asStored, into: projections)
        kernels.addBias(layer.projections.bias, to: projections)
        for text in texts {
            for head in 0..<weights.architecture.heads {
                attend(head, text, projections, gathered)
            }
        }
        MatrixProduct.multiply(gathered, layer.attentionOutput.weight, .asStored, into: states, adding: true)
        kernels.addBiasThenNormalize(layer.attentionOutput.bias, to: states, by: layer.attentionNorm)
    }

    /// One head over one text: softmax(query · keyᵀ / √headWidth) · value.
    private func attend(_ head: Int, _ text: Range<Int>, _ projections: Matrix, _ gathered: Matrix) {
        let width = weights.architecture.width
        let headWidth = weights.architecture.headWidth
        let columns = head * headWidth..<(head + 1) * headWidth
        func part(_ index: Int) -> Matrix {
            let start = index * width
            return projections.window(rows: text, columns: start + columns.lowerBound..<start + columns.upperBound)
        }
        let scores = workspace.scores.window(rows: 0..<text.count, columns: 0..<text.count)
        MatrixProduct.multiply(part(0), part(1), .transposed, into: scores)
        kernels.softmax(scores, scale: 1 / Float(headWidth).squareRoot())
        MatrixProduct.multiply(scores, part(2), .asStored, into: gathered.window(rows: text, columns: columns))
    }

    /// The feed-forward step, added to the states, then normalised.
    private func expandAndContract(_ layer: EncoderWeights.Layer, _ states: Matrix) {
        let expanded = workspace.expanded.window(rows: 0..<states.rows)
        MatrixProduct.multiply(states, layer.expansion.weight, .asStored, into: expanded)
        kernels.addBiasThenGELU(layer.expansion.bias, to: expanded)
        MatrixProduct.multiply(expanded, layer.contraction.weight, .asStored, into: states, adding: true)
        kernels.addBiasThenNormalize(layer.contraction.bias, to: states, by: layer.outputNorm)
    }
}
