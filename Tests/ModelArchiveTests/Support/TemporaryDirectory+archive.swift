import ModelArchive
import TestSupport

extension TemporaryDirectory {
    /// Prepares an archive of these bytes and opens it.
    func open(_ archive: [UInt8], limits: ArchiveLimits = .standard) throws -> PreparedModel {
        try ModelPreparer(limits: limits).prepare(archive: write(archive, as: "model.tar.gz"), into: "\(path)/prepared")
        return try PreparedModel.open("\(path)/prepared")
    }
}
