/// The storages of models that Rasa knows by name.
package enum StorageKind: String, Sendable, Hashable, CaseIterable {
    /// Buckets of S3.
    case aws
    /// Buckets of Google Cloud Storage.
    case gcs
    /// Containers of Azure's blob storage.
    case azure
}
