import { app } from '@azure/functions';

/** Bodies are passed on as they are made: a simulation of a whole tenant does not fit into memory. */
app.setup({ enableHttpStream: true });
