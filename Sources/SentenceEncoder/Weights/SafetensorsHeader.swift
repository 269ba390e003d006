internal import Foundation

/// The table of contents of a safetensors file: which tensor lies where.
///
/// Format: 8 bytes little-endian header length, that many bytes of JSON, then the tensors without gaps
/// (huggingface/safetensors, "Format").
package struct SafetensorsHeader: Sendable, Equatable {
    /// What one tensor is.
    package struct Entry: Sendable, Equatable {
        package let type: String
        package let shape: [Int]
        /// The place of its bytes in the file.
        package let bytes: Range<Int>
    }

    package let entries: [String: Entry]

    /// The longest header that is read.
    ///
    /// The format's own bound is 100 MB; the model's header is 11 KB.
    package static let maximumLength = 4 << 20

    /// Reads and checks the header of a file of `fileSize` bytes, of which `header` holds the JSON part.
    package init(json header: [UInt8], fileSize: Int) throws(SentenceEncoderError) {
        let described: [String: Description]
        do {
            described = try JSONDecoder().decode([String: Description].self, from: Data(header))
        } catch {
            // The decoder's error is left out: it may quote the file.
            throw SentenceEncoderError(.malformedWeights, "the header is not a JSON object of tensors")
        }
        let start = 8 + header.count
        var entries: [String: Entry] = [:]
        for (name, description) in described where name != "__metadata__" {
            entries[name] = try description.entry(named: name, start: start, fileSize: fileSize)
        }
        self.entries = entries
    }

    /// Numbers per element of a type that can be read.
    package static func width(ofType type: String) -> Int? {
        switch type {
        case "F64", "I64", "U64": 8
        case "F32", "I32", "U32": 4
        case "F16", "BF16", "I16", "U16": 2
        case "I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2": 1
        default: nil
        }
    }

    /// One value of the JSON object; `__metadata__` has none of the members.
    private struct Description: Decodable {
        let dtype: String?
        let shape: [Int]?
        let offsets: [Int]?

        enum CodingKeys: String, CodingKey {
            case dtype
            case shape
            case offsets = "data_offsets"
        }

        func entry(named name: String, start: Int, fileSize: Int) throws(SentenceEncoderError) -> Entry {
            func failure(_ reason: String) -> SentenceEncoderError {
                SentenceEncoderError(.malformedWeights, "tensor \(name.prefix(100)) \(reason)")
            }
            guard let dtype, let shape, let offsets, offsets.count == 2 else { throw failure("is not described") }
            guard let width = SafetensorsHeader.width(ofType: dtype) else { throw failure("has an unknown type") }
            guard 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= fileSize - start else {
                throw failure("lies outside the file")
            }
            var size = width
            for extent in shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow else { throw failure("has an impossible shape") }
                size = product
            }
            guard size == offsets[1] - offsets[0] else { throw failure("has not the bytes of its shape") }
            return Entry(type: dtype, shape: shape, bytes: start + offsets[0]..<start + offsets[1])
        }
    }
}
