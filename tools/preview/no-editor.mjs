// Stands where the code editor would be: nothing of it is drawn.
export default {};
export const languages = {};
export const editor = {};
