/// The storages of models that Rasa knows by name.
package enum StorageKind: String, Sendable, Hashable, CaseIterable {
    case aws
    case gcs
    case azure
}
