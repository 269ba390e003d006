/// A calibration's places as bytes: docs/snapshot-format.md, "graph".
package enum CalibrationRecord {
    /// Bytes of one place.
    static let byteCount = 16
    static let mostPoints = 64

    package static func encoded(_ calibration: WalkCalibration) -> [UInt8] {
        var writer = LittleEndianWriter()
        for point in calibration.points {
            writer.put(point.recall.bitPattern)
            writer.put(point.slack.bitPattern)
            writer.put(UInt32(0))
        }
        return writer.bytes
    }

    /// Reads places; nil where they are not in ascending order of both, or are no shares or no distances.
    package static func decoded(_ bytes: [UInt8], vectorCount: UInt64) -> WalkCalibration? {
        var reader = LittleEndianReader(bytes[...])
        var points: [WalkCalibration.Point] = []
        while !reader.isAtEnd {
            guard let recall = reader.take(UInt64.self).map(Double.init(bitPattern:)),
                let slack = reader.take(UInt32.self).map(Float.init(bitPattern:)), reader.take(UInt32.self) == 0,
                (0...1).contains(recall), (0...WalkCalibration.mostSlack).contains(slack)
            else { return nil }
            if let last = points.last, recall <= last.recall || slack < last.slack { return nil }
            points.append(WalkCalibration.Point(recall: recall, slack: slack))
        }
        guard let count = Int(exactly: vectorCount) else { return nil }
        return WalkCalibration(points, vectorCount: count)
    }
}
