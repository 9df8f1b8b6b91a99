import ExactText
import JSON
import TestSupport
import Testing

@testable import ModelArchive

@Suite("Feature arrays and tensors are written as they are read")
struct FeatureWriterTests {
    @Test func featureArraysOfRealArchive() throws {
        let archive = try ArchiveMembers.tiny()
        var count = 0
        for (path, file) in archive.files {
            guard let stem = path.removingSuffix("_data.st") ?? path.removingSuffix("_example.st") else { continue }
            let name = String(path.string.dropLast(3))
            let description = try JSON(parsing: archive.files["\(name)_metadata.json"] ?? [])
            let tensors = try file.withUnsafeBytes { try SafeTensor.read($0, name: name) }
            let table = try FeatureArrayReader(name: name, tensors: tensors).read(description)
            let written = FeatureArrayWriter(table)
            #expect(written.description == description, "\(stem)")
            let again = try written.file.withUnsafeBytes { try SafeTensor.read($0, name: name) }
            #expect(try FeatureArrayReader(name: name, tensors: again).read(written.description) == table)
            #expect(Set(again.keys) == Set(tensors.keys))
            #expect(again.allSatisfy { tensors[$0.key]?.shape == $0.value.shape })
            count += 1
        }
        #expect(count == 10)
    }

    @Test func sameBytesAsTheLibrary() throws {
        let file = try #require(
            try ArchiveMembers.tiny().files[
                "components/train_UnexpecTEDIntentPolicy2/unexpected_intent_policy.label_quantiles.st"])
        let tensors = try file.withUnsafeBytes { try SafeTensor.read($0, name: "label_quantiles") }
        #expect(tensors.count > 5)
        #expect(SafeTensor.file(tensors) == file)
    }

    @Test func wideTypesComeFirst() throws {
        let file = SafeTensor.file([
            "a": SafeTensor(shape: [1], numbers: .int32([1])), "b": SafeTensor(shape: [], numbers: .float([2])),
            "c": SafeTensor(shape: [1, 1], numbers: .double([3])), "d": SafeTensor(shape: [1], numbers: .int64([4])),
        ])
        let length = Int(file[0]) + Int(file[1]) << 8
        #expect(length % 8 == 0)
        let header = String(decoding: file[8..<8 + length], as: UTF8.self)
        #expect(
            header.exact.hasPrefix(
                #"{"d":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},"c":{"dtype":"F64","shape":[1,1],"data_offsets":[8,16]},"#
                    + #""b":{"dtype":"F32","shape":[],"data_offsets":[16,20]},"a":{"dtype":"I32""#))
        #expect(file.count == 8 + length + 24)
    }
}
