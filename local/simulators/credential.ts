/** A key pair that a simulated cloud knows. All of them are made up. */
export interface Credential {
  readonly accessKeyId: string;
  readonly secretKey: string;
  /** Temporary credentials: the request must carry this token. */
  readonly securityToken?: string;
  readonly expiresAtMs?: number;
  /** GaussDB: projects it may use; PolarDB: actions it may call. Absent: all. */
  readonly allows?: readonly string[];
  /** Its signatures are not computed again: for histories of millions of calls by a client whose signatures are checked elsewhere. */
  readonly trusted?: boolean;
}
