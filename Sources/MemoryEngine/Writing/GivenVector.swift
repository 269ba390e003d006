internal import MemoryModel

/// A vector that a caller made, with the model of the profile it is to be compared under.
public struct GivenVector: Sendable, Hashable {
    /// The model that made it.
    public var model: String
    /// The vector, of any length other than zero.
    public var vector: [Float]

    /// Makes a vector.
    public init(model: String, vector: [Float]) {
        self.model = model
        self.vector = vector
    }

    /// The vector at unit length, where it fits the profile: vectors of different models are never compared.
    ///
    /// - Throws: `EngineError` (`invalid`, field `embedding` or one in it).
    func unitVector(for profile: EmbeddingProfile?) throws(EngineError) -> [Float] {
        guard let profile else {
            throw EngineError(.invalid, "has no use where the service runs on words alone", field: "embedding")
        }
        guard model == profile.model else {
            throw EngineError(.invalid, "must be \(profile.model), the profile's model", field: "embedding.model")
        }
        guard vector.count == profile.dimensions else {
            throw EngineError(.invalid, "must have \(profile.dimensions) numbers", field: "embedding.vector")
        }
        let length = vector.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        guard length.isFinite, length > 0 else {
            throw EngineError(.invalid, "must be finite and not zero", field: "embedding.vector")
        }
        return vector.map { Float(Double($0) / length) }
    }
}
