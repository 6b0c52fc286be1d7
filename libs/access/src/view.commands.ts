import { Role } from './roles.js';
import { View } from './view.events.js';

/** Notes what somebody was shown within a short time. Comes from the doors that show it. */
export class RecordView {
  readonly viewId: string;
  readonly actor: string;
  readonly role: Role;
  readonly view: View;
  readonly selection: string;
  readonly purpose: string;
  readonly from: string;
  readonly until: string;
  readonly requests: number;
  readonly clients: number;
}
